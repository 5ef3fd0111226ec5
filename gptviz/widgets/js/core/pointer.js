/** Where an event is within an element, in the element's own CSS pixels: on a slide it is drawn larger or smaller than it is laid out. */
export function within({ clientX, clientY }, node) {
  const { left, top, width } = node.getBoundingClientRect();
  const scale = node.offsetWidth / width || 1;
  return [(clientX - left) * scale, (clientY - top) * scale];
}
