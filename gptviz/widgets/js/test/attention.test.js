import { expect, test } from "vitest";
import { heaviest, mix, share, stages, strongest, withoutFirst } from "../core/attention.js";

// Three tokens with two numbers each; q·k by hand.
const q = Float32Array.from([1, 0, 0, 2, 1, 1]);
const k = Float32Array.from([1, 1, -1, 0, 0, 3]);
const head = stages(q, k, 3);

test("scores are dot products, then divided by the root of their length, then masked", () => {
  expect([...head.raw]).toEqual([1, -1, 0, 2, 0, 6, 2, -1, 3]);
  head.scaled.forEach((value, i) => expect(value).toBeCloseTo(head.raw[i] / Math.SQRT2, 12));
  expect([...head.masked].map((value) => value === -Infinity)).toEqual([false, true, true, false, false, true, false, false, false]);
});

test("rows sum to 1, and what is masked gets exactly 0", () => {
  for (let i = 0; i < 3; i++) {
    const row = head.weight.subarray(3 * i, 3 * i + 3);
    expect(row.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
    row.forEach((w, j) => expect(j > i ? w === 0 : Math.abs(w - Math.exp(head.masked[3 * i + j] - head.logSum[i])) < 1e-12).toBe(true));
  }
});

test("scores too large for exp still give weights", () => {
  const large = stages(Float32Array.from([60, 60]), Float32Array.from([60, 59]), 2);
  expect([...large.weight].every(Number.isFinite)).toBe(true);
  expect(large.weight[2] + large.weight[3]).toBeCloseTo(1, 12);
});

test("without the first token, what is left of a row sums to 1 again", () => {
  const left = withoutFirst(head.weight, 3);
  expect(left[0]).toBeNaN();
  expect(left[4]).toBeCloseTo(1, 12);
  expect(left[7] + left[8]).toBeCloseTo(1, 12);
  expect(left[7] / left[8]).toBeCloseTo(head.weight[7] / head.weight[8], 12);
});

test("the mix is the weighted sum of values", () => {
  const z = mix(head.weight, Float32Array.from([1, 0, 0, 1, 2, 2]), 3);
  expect(z[0]).toBeCloseTo(1, 12);
  expect(z[4]).toBeCloseTo(head.weight[6] + 2 * head.weight[8], 12);
});

test("the pair that is shown first is an earlier token, not the first one where there is another", () => {
  expect(strongest(head.weight, 3)).toEqual([2, 1]);
  expect(strongest(Float64Array.from([1]), 1)).toEqual([0, 0]);
  expect(strongest(Float64Array.from([1, 0, 0.5, 0.5]), 2)).toEqual([1, 0]);
  expect([0, 1, 2].map((query) => heaviest(head.weight, 3, query))).toEqual([0, 0, 1]);
});

test("a scale keeps sign and order, and fills a cell at most", () => {
  for (const log of [false, true]) {
    const scores = [-6, -1, 0, 0.5, 6].map((value) => share(value, "raw", 6, log));
    expect(scores).toEqual([...scores].sort((a, b) => a - b));
    expect([scores[0], scores[2], scores[4]]).toEqual([-1, 0, 1]);
    expect([0, 1e-9, 0.01, 1].map((w) => share(w, "weight", 6, log)).every((s) => s >= 0 && s <= 1)).toBe(true);
    expect(share(-Infinity, "masked", 6, log)).toBeNaN();
  }
  expect(share(0.01, "weight", 6, true)).toBeCloseTo(0.5, 12);
});
