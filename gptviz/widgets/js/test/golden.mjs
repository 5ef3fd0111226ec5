// Answers tests/unit/test_widgets.py: cases as JSON on stdin, what the explorer would draw from as JSON on stdout.
import { readFileSync } from "node:fs";
import { distribution, ranking } from "../core/distribution.js";

const answers = JSON.parse(readFileSync(0, "utf8")).map(({ logits, ...settings }) => {
  const values = Float32Array.from(logits);
  const order = ranking(values);
  const { probs, kept, mass, entropy } = distribution(values, order, settings);
  const shares = new Array(values.length).fill(0);
  for (const id of order.subarray(0, kept)) shares[id] = probs[id] / mass;
  return { probs: [...probs], shares, entropy };
});
process.stdout.write(JSON.stringify(answers));
