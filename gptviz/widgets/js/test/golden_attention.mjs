// Answers tests/unit/test_microscope.py: heads as JSON on stdin, their four stages as JSON on stdout.
import { readFileSync } from "node:fs";
import { mix, stages, withoutFirst } from "../core/attention.js";

const answers = JSON.parse(readFileSync(0, "utf8")).map(({ q, k, v, tokens }) => {
  const { raw, scaled, masked, weight } = stages(Float32Array.from(q), Float32Array.from(k), tokens);
  const numbers = { raw, scaled, masked, weight, left: withoutFirst(weight, tokens), z: mix(weight, Float32Array.from(v), tokens) };
  return Object.fromEntries(Object.entries(numbers).map(([name, values]) => [name, Array.from(values, String)]));
});
process.stdout.write(JSON.stringify(answers));
