// Position vectors as gptviz/geometry.py has them, computed here; vectors lie one after the other in one array.

/** PE(pos, 2i) = sin(pos ÷ 10000^(2i ÷ width)), PE(pos, 2i + 1) = cos of the same (Vaswani et al. 2017, section 3.5). */
export function sinusoids(n, width) {
  const values = new Float32Array(n * width);
  const slower = Float64Array.from({ length: width }, (_, dimension) => 10_000 ** ((2 * Math.floor(dimension / 2)) / width));
  for (let position = 0; position < n; position++) {
    for (let dimension = 0; dimension < width; dimension++) {
      const angle = position / slower[dimension];
      values[position * width + dimension] = dimension % 2 ? Math.cos(angle) : Math.sin(angle);
    }
  }
  return values;
}

/** How alike two positions are: a function of both, whose answers for a row are computed once. */
export function cosines(vectors, n, width) {
  const unit = new Float64Array(n * width);
  for (let position = 0; position < n; position++) {
    let squares = 0;
    for (let i = position * width; i < (position + 1) * width; i++) squares += vectors[i] ** 2;
    const length = Math.sqrt(squares) || 1;
    for (let i = position * width; i < (position + 1) * width; i++) unit[i] = vectors[i] / length;
  }
  return (one, other) => {
    let sum = 0;
    for (let i = 0, a = one * width, b = other * width; i < width; i++) sum += unit[a + i] * unit[b + i];
    return sum;
  };
}

/** The size that 99 of 100 numbers stay below: the end of a scale of colours that a few large ones do not wash out. */
export function usualSize(values) {
  const sizes = Float32Array.from(values, Math.abs).sort();
  return sizes[Math.floor(0.99 * (sizes.length - 1))] || 1;
}
