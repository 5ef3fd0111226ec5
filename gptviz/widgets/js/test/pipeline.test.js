import { describe, expect, it } from "vitest";
import { place, same } from "../explorers/pipeline/machine.js";
import { limit, pile, ribbon } from "../explorers/pipeline/paint.js";

describe("the machine's layout", () => {
  const some = [[0, 1, 2, 3], [0, 1, 5, 11], [0]];
  for (const width of [1172, 980, 776, 660, 536, 520]) {
    for (const blocks of some) {
      it(`keeps everything in order and inside ${width} px with blocks ${blocks}`, () => {
        const heads = blocks.map(() => [0, 1, 2, 3]);
        const x = place(width, { blocks, heads });
        const line = [x.name, x.vector, x.vector + x.tile, ...x.blocks.flatMap((box) => [box.x, box.x + 6 + 4 * box.step, box.mlp + 3, box.mlp + box.mlpWide, box.x + box.wide]), x.last, x.last + x.tile, x.fan, x.token, x.bar, x.bar + x.barWide, width];
        for (let i = 1; i < line.length; i++) expect(line[i]).toBeGreaterThanOrEqual(line[i - 1]);
        expect(x.blocks[0].step).toBeGreaterThan(4);
      });
    }
  }
});

describe("piles and ribbons", () => {
  it("lie on one another and are as thick as their shares", () => {
    expect(pile([0.5, 0.25, 0.25], 10, 8)).toEqual([[10, 14], [14, 16], [16, 18]]);
  });
  it("leave and arrive level", () => {
    expect(ribbon(0, [1, 2], 10, [5, 7])).toBe("M0,1C5,1,5,5,10,5L10,7C5,7,5,2,0,2Z");
  });
  it("98 of 100 numbers are below the limit, and nothing is divided by zero", () => {
    const values = Float32Array.from({ length: 100 }, (_, i) => (i % 2 ? i : -i));
    expect(limit(values)).toBe(98);
    expect(limit(new Float32Array(4))).toBe(1);
  });
});

it("knows a stage again", () => {
  expect(same({ kind: "mlp", layer: 1 }, { kind: "mlp", layer: 1, head: 3 })).toBe(true);
  expect(same({ kind: "head", layer: 1, head: 2 }, { kind: "head", layer: 1, head: 3 })).toBe(false);
  expect(same({ kind: "logits" }, { kind: "logits" })).toBe(true);
});
