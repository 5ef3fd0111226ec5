/** Float32 numbers from the bytes of a trait. The bytes may start anywhere in a larger message, so they are copied if need be. */
export function float32(view) {
  if (!view?.byteLength) return new Float32Array(0);
  const aligned = view.byteOffset % 4 === 0;
  const bytes = aligned ? view : new Uint8Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));
  return new Float32Array(bytes.buffer, bytes.byteOffset, view.byteLength / 4);
}

/** The `index`-th run of `count` whole numbers of 16 bits, each a share of `largest`. */
export function fractions(view, index, count, largest) {
  return Float32Array.from({ length: count }, (_, i) => (view.getInt16(2 * (index * count + i), true) / 32767) * largest);
}
