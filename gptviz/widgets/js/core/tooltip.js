/** A small note at a place of an element, for what is being pointed at; what matters is never only here. */
export function tooltip(parent) {
  const note = parent.append("div").attr("class", "gv-tooltip").attr("aria-hidden", "true").attr("hidden", "");
  return {
    show(x, y, text) {
      note.attr("hidden", null).text(text);
      const { clientWidth } = note.node().parentElement;
      const { offsetWidth, offsetHeight } = note.node();
      note.style("left", `${Math.max(0, Math.min(clientWidth - offsetWidth, x - offsetWidth / 2))}px`);
      note.style("top", `${y - offsetHeight - 8 < 0 ? y + 14 : y - offsetHeight - 8}px`);
    },
    hide() {
      note.attr("hidden", "");
    },
  };
}
