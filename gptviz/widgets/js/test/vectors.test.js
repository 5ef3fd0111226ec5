import { expect, test } from "vitest";
import { axesThrough, byCosine, corners, cosines, dot, minus, norm, parse, placed, sumOf } from "../core/vectors.js";
import { frame } from "../core/word_map.js";

const random = (count) => Float32Array.from({ length: count }, (_, i) => Math.sin(i * 12.9898) * 3 + Math.cos(i * 4.1));

test("an expression is words with signs, however it is spaced", () => {
  expect(parse("king - man + woman")).toEqual([[1, "king"], [-1, "man"], [1, "woman"]]);
  expect(parse(" - old+day −king ")).toEqual([[-1, "old"], [1, "day"], [-1, "king"]]);
  expect(parse("queen")).toEqual([[1, "queen"]]);
  for (const wrong of ["", "  ", "king -", "king - + queen", "+"]) expect(parse(wrong)).toBeNull();
});

test("a sum of rows, and the cosine of every row with it", () => {
  const [width, rows] = [5, random(30)];
  const sum = sumOf(rows, width, [[1, 2], [-1, 0], [1, 5]]);
  expect([...sum]).toEqual(Array.from({ length: 5 }, (_, i) => rows[10 + i] - rows[i] + rows[25 + i]));
  const { cosine, lengths } = cosines(rows, width, sum);
  const third = rows.subarray(15, 20);
  expect(cosine[3]).toBeCloseTo(dot(third, sum) / (norm(third) * norm(sum)), 10);
  expect(lengths[3]).toBeCloseTo(norm(third), 10);
  const order = byCosine(cosine);
  expect([...order].every((id, i) => i === 0 || cosine[order[i - 1]] >= cosine[id])).toBe(true);
  expect([...byCosine(Float64Array.of(1, 2, 2))]).toEqual([1, 2, 0]);
});

test("the corners of a parallelogram are found in any order of the terms", () => {
  expect(corners([[1, 7], [-1, 3], [1, 5]], 9)).toEqual([3, 5, 7, 9]);
  expect(corners([[-1, 3], [1, 7], [1, 5]], 9)).toEqual([3, 5, 7, 9]);
  for (const terms of [[[1, 7]], [[1, 7], [-1, 3]], [[1, 7], [1, 3], [1, 5]]]) expect(corners(terms, 9)).toBeNull();
});

test("between the points of the axes every distance is true", () => {
  const [width, rows] = [8, random(80)];
  const row = (id) => Float64Array.from(rows.subarray(id * width, (id + 1) * width));
  for (const tokens of [[0, 4], [1, 2, 7], [3, 9, 5, 6]]) {
    const axes = axesThrough(tokens.map(row));
    const places = placed(rows, width, axes);
    const at = (id) => [...places.subarray(3 * id, 3 * id + 3)];
    for (const a of tokens) for (const b of tokens) expect(norm(minus(at(a), at(b)))).toBeCloseTo(norm(minus(row(a), row(b))), 4);
    if (tokens.length === 2) expect(norm(minus(at(tokens[0]), at(10)))).toBeCloseTo(norm(row(tokens[0])), 4); // the last row is zero
  }
  expect(axesThrough([row(1), row(2), row(1)])).toBeNull();
});

test("what matters is seen at the zoom that suits it, and everything at zoom 1", () => {
  const cloud = [[-10, 10], [-5, 5], [-1, 1]];
  const points = [[8, 4, 0], [9, 4.5, 0]];
  const inside = ({ centre, height }, [x, y]) => Math.abs(x - centre[0]) <= height && Math.abs(y - centre[1]) <= height / 2;
  const near = frame(cloud, points, 2, 0, 2);
  expect(near.zoom).toBeGreaterThan(4);
  expect(points.every((p) => inside(near, p))).toBe(true);
  const all = frame(cloud, points, 2, 1, 2);
  expect([[-10, -5], [10, 5], ...points].every((p) => inside(all, p))).toBe(true);
  expect(frame(cloud, [], 2, 0, 2)).toEqual(frame(cloud, [], 2, 1, 2));
});
