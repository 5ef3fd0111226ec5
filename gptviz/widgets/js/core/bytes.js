/** Float32 numbers from the bytes of a trait. The bytes may start anywhere in a larger message, so they are copied if need be. */
export function float32(view) {
  if (!view?.byteLength) return new Float32Array(0);
  const aligned = view.byteOffset % 4 === 0;
  const bytes = aligned ? view : new Uint8Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));
  return new Float32Array(bytes.buffer, bytes.byteOffset, view.byteLength / 4);
}
