import { expect, test } from "vitest";
import { arrow } from "../explorers/delta/arrows.js";
import { cosines, sinusoids, usualSize } from "../explorers/positions/vectors.js";

test("an arrow ends where it points to, and one too short to see is not drawn", () => {
  const points = [...arrow([10, 20], [110, 20], 2).matchAll(/(-?[\d.]+),(-?[\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]);
  expect(points).toHaveLength(7);
  expect(points).toContainEqual([110, 20]);
  expect(Math.min(...points.map(([x]) => x))).toBe(10);
  expect(arrow([1, 1], [1.1, 1], 2)).toBe("");
});

test("position 0 of the formula is 0 and 1 by turns; the first pair turns once in 2π positions", () => {
  const values = sinusoids(8, 6);
  expect([...values.slice(0, 6)]).toEqual([0, 1, 0, 1, 0, 1]);
  expect(values[6]).toBeCloseTo(Math.sin(1), 6);
  expect(values[7 * 6 + 1]).toBeCloseTo(Math.cos(7), 6);
  expect(values[3 * 6 + 4]).toBeCloseTo(Math.sin(3 / 10_000 ** (4 / 6)), 6);
});

test("a position is like itself, and less like another", () => {
  const like = cosines(sinusoids(20, 8), 20, 8);
  expect(like(5, 5)).toBeCloseTo(1, 9);
  expect(like(5, 9)).toBeCloseTo(like(9, 5), 12);
  expect(like(5, 9)).toBeLessThan(1);
  expect(usualSize(Float32Array.from({ length: 101 }, (_, i) => i - 50))).toBe(50);
});
