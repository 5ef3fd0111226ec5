import { expect, test } from "vitest";
import { float32 } from "../core/bytes.js";
import { called } from "../core/expression.js";
import { exponential, number, percent } from "../core/format.js";
import { shorten, visible } from "../core/tokens.js";

test("bytes become numbers wherever in a message they begin", () => {
  const numbers = Float32Array.from([1.5, -2.25, 3e8]);
  for (const offset of [0, 1, 3, 4]) {
    const message = new Uint8Array(offset + 12 + 5);
    message.set(new Uint8Array(numbers.buffer), offset);
    expect([...float32(new DataView(message.buffer, offset, 12))]).toEqual([...numbers]);
  }
  expect(float32(null)).toHaveLength(0);
});

test("what is possible never reads as impossible, nor what is not certain as certain", () => {
  expect([0, 1e-9, 0.0005, 0.614, 0.9994, 0.99999, 1].map(percent)).toEqual(["0 %", "< 0.1 %", "0.1 %", "61.4 %", "99.9 %", "> 99.9 %", "100 %"]);
});

test("exponentials read as numbers where they can, as powers of ten where not, at any size", () => {
  expect(exponential(0)).toEqual(["1.00", ""]);
  expect(exponential(6.11)).toEqual(["450.3", ""]);
  for (const x of [-2000, -300, -9, 12, 40, 750, 6800]) {
    const [text, power] = exponential(x);
    const mantissa = parseFloat(text);
    const exponent = Number(power.replace("−", "-"));
    expect(Math.log(mantissa) + exponent * Math.LN10).toBeCloseTo(x, 0.5);
    expect(mantissa).toBeGreaterThanOrEqual(1);
    expect(mantissa).toBeLessThan(10);
  }
});

test("negative numbers have a true minus", () => expect(number(-2.345)).toBe("−2.35"));

test("spaces, breaks and characters without a shape can be seen; markup stays text", () => {
  expect(visible(" the\n")).toBe("␣the↵");
  expect(visible("   ")).toBe("␣␣␣");
  expect(visible("a\u0000b\u200bc\u202e\u00a0")).toBe("a\\u0000b\\u200bc\\u202e\\u00a0");
  expect(visible("<img src=x onerror=alert(1)>")).toBe("<img src=x onerror=alert(1)>");
  expect(visible("森林 🌲")).toBe("森林 🌲");
});

test("a long token ends in an ellipsis and is not cut within a character", () => {
  expect(shorten("🌲🌲🌲🌲", 3)).toBe("🌲🌲…");
  expect(shorten("🌲🌲🌲", 3)).toBe("🌲🌲🌲");
});

test("a line of Python calls the trace what the notebook calls it", () => {
  const notebook = (variable) => ({ get: () => variable });
  const line = `gv.geometry.lens(trace, [2]) @ trace.v[0] + gv.trace(gpt, "a trace of 'it'").trace + retrace`;
  const story = line.replace("lens(trace", "lens(story").replace("@ trace", "@ story");
  expect(called(line, notebook("story"))).toEqual([story, story]);
  const made = `gv.trace(gpt, 'a trace of "it"')`;
  expect(called("trace.q[0, 1]", notebook(made))).toEqual(["trace.q[0, 1]", `${made}.q[0, 1]`]);
  expect(called("trace.q[0, 1]", notebook(undefined))).toEqual(["trace.q[0, 1]", "trace.q[0, 1]"]);
});
