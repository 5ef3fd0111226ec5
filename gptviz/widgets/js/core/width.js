/** Call `act` with the width of an element, in CSS pixels and not 0, whenever its size changes, until the signal is aborted. */
export function onWidth(node, signal, act) {
  const watch = new ResizeObserver(([{ contentRect }]) => {
    if (contentRect.width) act(contentRect.width);
  });
  watch.observe(node);
  signal.addEventListener("abort", () => watch.disconnect(), { once: true });
}
