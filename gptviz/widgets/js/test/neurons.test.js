import { describe, expect, test } from "vitest";
import { gelu } from "../core/gelu.js";
import { windowAround } from "../core/tokens.js";

describe("GELU", () => {
  test("is the tanh form that GPT-2 computes", () => {
    for (const [x, y] of [[0, 0], [1, 0.841192], [-1, -0.158808], [2.5, 2.484916], [-3, -0.003637], [10, 10], [-10, 0]]) {
      expect(gelu(x)).toBeCloseTo(y, 5);
    }
  });
  test("goes below zero once, and not far", () => {
    const values = Array.from({ length: 600 }, (_, i) => gelu(-6 + i / 50));
    expect(Math.min(...values)).toBeCloseTo(-0.17, 2);
  });
});

describe("a window of positions", () => {
  test("holds the chosen one and is as long as there is room for", () => {
    for (let count = 1; count < 40; count++) {
      for (let position = 0; position < count; position++) {
        const [first, end] = windowAround(position, count, 24);
        expect(end - first).toBe(Math.min(24, count));
        expect(first >= 0 && first <= position && position < end && end <= count).toBe(true);
      }
    }
  });
  test("of nothing is empty", () => expect(windowAround(0, 0, 24)).toEqual([0, 0]));
});
