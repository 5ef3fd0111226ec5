const C = Math.sqrt(2 / Math.PI);

/** GPT-2's GELU, its tanh form: what the model computes, for the curve behind its numbers. */
export const gelu = (x) => 0.5 * x * (1 + Math.tanh(C * (x + 0.044715 * x ** 3)));
