/** A canvas of a size in CSS pixels, sharp on any screen. @returns its cleared context, scaled to CSS pixels */
export function surface(canvas, widthPx, heightPx) {
  const ratio = globalThis.devicePixelRatio || 1;
  const [width, height] = [Math.round(widthPx * ratio), Math.round(heightPx * ratio)];
  if (canvas.width !== width || canvas.height !== height) {
    [canvas.width, canvas.height] = [width, height];
    [canvas.style.width, canvas.style.height] = [`${widthPx}px`, `${heightPx}px`];
  }
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, widthPx, heightPx);
  return context;
}

/**
 * A vector or a small matrix as coloured cells without labels.
 * @param {{values: ArrayLike<number>, rows?: number, widthPx: number, heightPx: number, color: (value: number) => string}} picture
 *   values: row by row. The canvas keeps them as `canvas.values`.
 */
export function heat(canvas, { values, rows = 1, widthPx, heightPx, color }) {
  const context = surface(canvas, widthPx, heightPx);
  const columns = values.length / rows;
  const x = (column) => Math.round((column * widthPx) / columns);
  const y = (row) => Math.round((row * heightPx) / rows);
  for (let i = 0; i < values.length; i++) {
    const [row, column] = [Math.floor(i / columns), i % columns];
    context.fillStyle = color(values[i]);
    context.fillRect(x(column), y(row), Math.max(1, x(column + 1) - x(column)), Math.max(1, y(row + 1) - y(row)));
  }
  canvas.values = Float32Array.from(values);
}
