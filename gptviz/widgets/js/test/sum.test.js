import { expect, it } from "vitest";
import { signed } from "../core/format.js";
import { largest, stack } from "../core/sum.js";

const parts = [["embed", 1], ["pos", -3], ["L0H0", 0.5], ["L0MLP", 2], ["biases", -0.25]].map(([part, share]) => ({ part, share }));
const others = (count) => `${count} others`;

it("keeps the machine's order, or puts the largest first", () => {
  expect(largest(parts, 9, "machine", others)).toEqual(parts);
  expect(largest(parts, 9, "largest", others).map(({ part }) => part)).toEqual(["pos", "L0MLP", "embed", "L0H0", "biases"]);
});

it("of many parts sums up the smallest", () => {
  expect(largest(parts, 3, "machine", others)).toEqual([parts[1], parts[3], { part: "3 others", share: 1.25 }]);
});

it("lets each begin where the one before it ended", () => {
  const { rows, from, to, total } = stack(parts);
  expect(rows.map(({ base }) => base)).toEqual([0, 1, -2, -1.5, 0.5]);
  expect([from, to, total]).toEqual([-2, 1, 0.25]);
});

it("says which way a number pushes", () => {
  expect([signed(1.5), signed(-0.254), signed(0)]).toEqual(["+1.50", "−0.25", "+0.00"]);
});
