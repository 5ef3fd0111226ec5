// From logits to the distribution that is sampled: the same rules as gptviz/sampling.py, in Float64, over the whole vocabulary.

/** All token ids, largest logit first; of equal logits the smaller id first. */
export function ranking(logits) {
  return Uint32Array.from(logits.keys()).sort((a, b) => logits[b] - logits[a] || a - b);
}

/**
 * Divide by the temperature, softmax, keep the top k, keep the smallest set that holds a share of p, rescale to 1.
 *
 * A cut keeps a prefix of `order`, because temperature never changes who is ahead of whom. At temperature 0 the largest logit has it all.
 * @returns {{probs: Float64Array, logSum: number, kept: number, mass: number, entropy: number}} `probs`: after softmax, by token id;
 *   `logSum`: ln Σ exp(logit ÷ T); `kept`: how many of `order` may be drawn; `mass`: what they held before rescaling; `entropy`: bits, of what is drawn from.
 */
export function distribution(logits, order, { temperature = 1, topK = null, topP = 1 } = {}) {
  const probs = new Float64Array(logits.length);
  const largest = logits[order[0]];
  let sum = 0;
  if (temperature === 0) {
    probs[order[0]] = sum = 1;
  } else {
    for (let id = 0; id < logits.length; id++) sum += probs[id] = Math.exp((logits[id] - largest) / temperature);
    for (let id = 0; id < logits.length; id++) probs[id] /= sum;
  }
  const most = temperature === 0 ? 1 : Math.min(topK ?? logits.length, logits.length);
  let mass = 0;
  for (let rank = 0; rank < most; rank++) mass += probs[order[rank]];
  let kept = most;
  if (topP < 1) {
    const enough = topP * mass;
    mass = kept = 0;
    while (kept < most && (kept === 0 || mass < enough)) mass += probs[order[kept++]];
  }
  let entropy = 0;
  for (let rank = 0; rank < kept; rank++) {
    const p = probs[order[rank]] / mass;
    if (p > 0) entropy -= p * Math.log2(p);
  }
  return { probs, logSum: largest / temperature + Math.log(sum), kept, mass, entropy: Math.max(0, entropy) };
}

/** The token id at a point u of [0, 1) when the kept tokens lie end to end, the most likely first. */
export function draw({ probs, kept, mass }, order, u) {
  let left = u * mass;
  for (let rank = 0; rank < kept; rank++) {
    left -= probs[order[rank]];
    if (left < 0) return order[rank];
  }
  return order[kept - 1];
}
