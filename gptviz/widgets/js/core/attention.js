// One head of one text, from its queries and keys: the four stages of gptviz/model.py, in Float64. T tokens, D numbers each, row by row.

export const STAGES = ["raw", "scaled", "masked", "weight"];

/**
 * @param {Float32Array} q (T, D) @param {Float32Array} k (T, D)
 * @returns {{raw, scaled, masked, weight: Float64Array, logSum: Float64Array}} each stage (T, T), row = the token that looks;
 *   `logSum`: ln Σ exp(scaled) of a row, over what the mask leaves
 */
export function stages(q, k, T) {
  const D = q.length / T;
  const root = Math.sqrt(D);
  const [raw, scaled, masked, weight] = STAGES.map(() => new Float64Array(T * T));
  const logSum = new Float64Array(T);
  for (let i = 0; i < T; i++) {
    let largest = -Infinity;
    for (let j = 0; j < T; j++) {
      let sum = 0;
      for (let d = 0; d < D; d++) sum += q[i * D + d] * k[j * D + d];
      const at = i * T + j;
      raw[at] = sum;
      scaled[at] = sum / root;
      masked[at] = j <= i ? scaled[at] : -Infinity;
      largest = Math.max(largest, masked[at]);
    }
    let total = 0;
    for (let j = 0; j <= i; j++) total += weight[i * T + j] = Math.exp(masked[i * T + j] - largest);
    for (let j = 0; j <= i; j++) weight[i * T + j] /= total;
    logSum[i] = largest + Math.log(total);
  }
  return { raw, scaled, masked, weight, logSum };
}

/** The weights without the first token, each row divided by what is left of it; the first row has nothing left (NaN). */
export function withoutFirst(weight, T) {
  const left = Float64Array.from(weight);
  for (let i = 0; i < T; i++) {
    for (let j = 0; j < T; j++) left[i * T + j] = j === 0 || i === 0 ? NaN : weight[i * T + j] / (1 - weight[i * T]);
  }
  return left;
}

/** (T, D): what each token takes home, its weights times the values. */
export function mix(weight, v, T) {
  const D = v.length / T;
  const z = new Float64Array(T * D);
  for (let i = 0; i < T; i++) {
    for (let j = 0; j <= i; j++) {
      for (let d = 0; d < D; d++) z[i * D + d] += weight[i * T + j] * v[j * D + d];
    }
  }
  return z;
}

/** [query, key] of the largest weight on an earlier token, the first left out where there is another. */
export function strongest(weight, T) {
  let best = [T - 1, 0];
  let most = -1;
  for (let i = 2; i < T; i++) {
    for (let j = 1; j < i; j++) {
      if (weight[i * T + j] > most) [most, best] = [weight[i * T + j], [i, j]];
    }
  }
  return best;
}

/** The key that a token gives most to, itself and the first left out where there is another. */
export function heaviest(weight, T, query) {
  let best = Math.max(0, query - 1);
  for (let j = 1; j < query; j++) if (weight[query * T + j] > weight[query * T + best] || best === 0) best = j;
  return best;
}

/**
 * How much of a cell a number fills, -1 to 1: scores beside the largest raw score, weights beside 1; NaN stays, −∞ is NaN.
 * A logarithmic scale shows what is small: of scores ln(1 + |x|), of weights four powers of ten.
 */
export function share(value, stage, largest, log) {
  if (!Number.isFinite(value)) return NaN;
  if (stage === "weight") return log ? Math.max(0, 1 + Math.log10(value) / 4) : value;
  const size = Math.abs(value);
  return Math.sign(value) * (log ? Math.log1p(size) / Math.log1p(largest) : size / largest);
}
