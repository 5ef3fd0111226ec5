import { describe, expect, test } from "vitest";
import { distribution, draw, ranking } from "../core/distribution.js";

// The worked example of lesson 07.
const LOGITS = Float32Array.from([-0.8, -5.0, 0.5, 1.5, 3.4, -2.3, 2.5]);
const ORDER = ranking(LOGITS);
const at = (options) => distribution(LOGITS, ORDER, options);
const share = (picture, id) => {
  const rank = ORDER.indexOf(id);
  return rank < picture.kept ? picture.probs[id] / picture.mass : 0;
};
const shares = (picture) => Array.from(LOGITS, (_, id) => share(picture, id));
const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);

test("ids are ranked by logit, equal ones by id", () => {
  expect([...ORDER]).toEqual([4, 6, 3, 2, 0, 5, 1]);
  expect([...ranking(Float32Array.from([1, 2, 1, 2]))]).toEqual([1, 3, 0, 2]);
});

test.each([[1, 0.614], [0.5, 0.84], [2, 0.407], [5, 0.249], [10, 0.194]])("the largest at temperature %f has %f", (temperature, p) => {
  expect(Math.max(...at({ temperature }).probs)).toBeCloseTo(p, 3);
});

describe("whatever the settings", () => {
  const settings = [];
  for (const temperature of [0, 0.05, 0.7, 1, 3, 10]) for (const topK of [null, 1, 3, 7, 100]) for (const topP of [0.01, 0.5, 0.93, 1]) settings.push({ temperature, topK, topP });
  test.each(settings)("%o: shares sum to 1, and only a prefix of the ranking is kept", (options) => {
    const picture = at(options);
    expect(sum([...picture.probs])).toBeCloseTo(1, 12);
    expect(sum(shares(picture))).toBeCloseTo(1, 12);
    expect(picture.kept).toBeGreaterThanOrEqual(1);
    expect(picture.kept).toBeLessThanOrEqual(options.topK ?? 7);
    expect(picture.entropy).toBeGreaterThanOrEqual(0);
    expect(picture.entropy).toBeLessThanOrEqual(Math.log2(picture.kept) + 1e-12);
  });
});

test("temperature 0 is argmax, whatever else is set", () => {
  for (const options of [{}, { topK: 5 }, { topP: 0.5 }]) expect(shares(at({ temperature: 0, ...options }))).toEqual([0, 0, 0, 0, 1, 0, 0]);
});

test("top-p keeps the smallest set that holds p of what top-k left", () => {
  const { probs } = at({});
  for (const topK of [null, 2, 4]) {
    for (const topP of [0.3, 0.62, 0.9, 0.99]) {
      const picture = at({ topK, topP });
      const left = Array.from(ORDER.subarray(0, topK ?? 7), (id) => probs[id]);
      expect(sum(left.slice(0, picture.kept))).toBeGreaterThanOrEqual(topP * sum(left));
      expect(sum(left.slice(0, picture.kept - 1))).toBeLessThan(topP * sum(left));
    }
  }
});

test("the formula that is shown gives the probability that is drawn", () => {
  for (const temperature of [0.05, 1, 10]) {
    const { probs, logSum } = at({ temperature });
    for (const [id, p] of probs.entries()) expect(Math.exp(LOGITS[id] / temperature - logSum)).toBeCloseTo(p, 12);
  }
});

test("equal logits: entropy is the logarithm of their number", () => {
  const equal = new Float32Array(8).fill(1.25);
  expect(distribution(equal, ranking(equal)).entropy).toBeCloseTo(3, 12);
});

test("a draw lands on each token over a length of [0, 1) equal to its share", () => {
  const picture = at({ temperature: 1.3, topK: 5, topP: 0.97 });
  const steps = 20_000;
  const counts = new Float64Array(7);
  for (let i = 0; i < steps; i++) counts[draw(picture, ORDER, (i + 0.5) / steps)]++;
  for (let id = 0; id < 7; id++) expect(Math.abs(counts[id] / steps - share(picture, id))).toBeLessThan(1 / steps + 1e-9);
  expect(draw(picture, ORDER, 1 - 2 ** -53)).toBe(ORDER[picture.kept - 1]);
});
