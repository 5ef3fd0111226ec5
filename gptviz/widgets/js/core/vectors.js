// Sums of words and what lies near them: the same rules as gptviz/geometry.py, in Float64.

/** "king - man + woman" → [[1, "king"], [-1, "man"], [1, "woman"]]; null where a word is missing. */
export function parse(expression) {
  const [first, ...rest] = expression.trim().split(/\s*([+\-−])\s*/);
  const terms = first ? [[1, first]] : [];
  for (let i = 0; i < rest.length; i += 2) terms.push([rest[i] === "+" ? 1 : -1, rest[i + 1]]);
  return terms.length && terms.every(([, word]) => word) ? terms : null;
}

export const dot = (a, b) => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
};
export const norm = (a) => Math.sqrt(dot(a, a));
export const minus = (a, b) => Float64Array.from(a, (x, i) => x - b[i]);

/** Σ sign × row: the rows of a matrix that lies in one long array. */
export function sumOf(matrix, width, terms) {
  const sum = new Float64Array(width);
  for (const [sign, row] of terms) for (let i = 0; i < width; i++) sum[i] += sign * matrix[row * width + i];
  return sum;
}

/** The cosine of every row with a vector, and the length of every row. */
export function cosines(matrix, width, vector) {
  const count = matrix.length / width;
  const [cosine, lengths] = [new Float64Array(count), new Float64Array(count)];
  const length = norm(vector);
  for (let row = 0; row < count; row++) {
    const here = matrix.subarray(row * width, (row + 1) * width);
    lengths[row] = norm(here);
    cosine[row] = dot(here, vector) / Math.max(lengths[row] * length, 1e-8);
  }
  return { cosine, lengths };
}

/** The ids, largest cosine first; of equal ones the smaller id first. */
export const byCosine = (cosine) => Uint32Array.from(cosine.keys()).sort((a, b) => cosine[b] - cosine[a] || a - b);

/** (man, woman, king, queen) of king − man + woman: two steps that should be the same; null for other sums. */
export function corners(terms, best) {
  const [plus, less] = [1, -1].map((wanted) => terms.filter(([sign]) => sign === wanted).map(([, id]) => id));
  return plus.length === 2 && less.length === 1 ? [less[0], plus[1], plus[0], best] : null;
}

/**
 * Axes in which the distances between points stay true: through two points and zero, through three (a plane), through four (a space).
 * @returns {{origin: Float64Array, directions: Float64Array[]} | null} null where they lie on one line
 */
export function axesThrough(points) {
  const origin = points.length > 2 ? points[0] : new Float64Array(points[0].length);
  const directions = [];
  for (const point of points.length > 2 ? points.slice(1) : points) {
    const arrow = minus(point, origin);
    let rest = arrow;
    for (const axis of [...directions, ...directions]) {
      const along = dot(rest, axis);
      rest = rest.map((x, i) => x - along * axis[i]);
    }
    const length = norm(rest);
    if (length <= 1e-6 * Math.max(1e-6, norm(arrow))) return null;
    directions.push(rest.map((x) => x / length));
  }
  return { origin, directions };
}

/** Every row, and zero as the last one, along up to three axes: (rows + 1) × 3 numbers. */
export function placed(matrix, width, { origin, directions }) {
  const count = matrix.length / width;
  const places = new Float32Array((count + 1) * 3);
  directions.forEach((axis, n) => {
    const shift = dot(origin, axis);
    for (let row = 0; row < count; row++) {
      let along = 0;
      for (let i = 0; i < width; i++) along += matrix[row * width + i] * axis[i];
      places[3 * row + n] = along - shift;
    }
    places[3 * count + n] = -shift;
  });
  return places;
}
