/**
 * Rows of name, bar and number around a common zero; a second value (before, after) is an outline on the same row.
 *
 * @param {{label: string, choose?: (key: string) => void, signal: AbortSignal}} options with `choose`, rows are chosen by click, arrow keys, Home, End
 * @returns {(rows: {key: string, name: string, value: number, text: string, other?: number, otherText?: string, tone?: string, title?: string, base?: number}[],
 *   scale: {from: number, to: number, chosen?: string}) => void} draws; tone: a hue of colors.json; base: where the bar begins, 0 unless given. Rows keep their values as `data-value`, `data-other`.
 */
export function bars(parent, { label, choose, signal }) {
  const list = parent.append("div").attr("class", "gv-bars").attr("role", choose ? "listbox" : "list").attr("aria-label", label);
  let keys = [];
  if (choose) {
    const rowOf = (event) => event.target.closest?.("[data-key]");
    list.on("click", (event) => {
      if (rowOf(event)) choose(rowOf(event).dataset.key);
    }, { signal });
    list.on("keydown", (event) => {
      const at = keys.indexOf(rowOf(event)?.dataset.key);
      const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: keys.length - 1, Enter: at, " ": at }[event.key];
      if (at < 0 || to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      const index = Math.max(0, Math.min(keys.length - 1, to));
      choose(keys[index]);
      list.node().children[index]?.focus({ preventScroll: true });
    }, { signal });
  }
  return (rows, { from, to, chosen }) => {
    keys = rows.map(({ key }) => String(key));
    const at = (value) => (100 * (Math.max(from, Math.min(to, value)) - from)) / (to - from || 1);
    const zero = at(0);
    const row = list.selectAll(".gv-bars-row").data(rows).join((enter) => {
      const made = enter.append("div").attr("class", "gv-bars-row").attr("role", choose ? "option" : "listitem");
      made.append("span").attr("class", "gv-bars-name");
      const track = made.append("span").attr("class", "gv-bars-track");
      for (const part of ["zero", "bar", "other"]) track.append("span").attr("class", `gv-bars-${part}`);
      made.append("span").attr("class", "gv-bars-number");
      return made;
    });
    row.attr("data-key", ({ key }) => key).attr("data-value", ({ value }) => value).attr("data-other", ({ other }) => other ?? null);
    row.attr("title", ({ title }) => title ?? null);
    if (choose) {
      const first = keys.includes(String(chosen)) ? String(chosen) : keys[0];
      row.attr("aria-selected", ({ key }) => String(String(key) === String(chosen))).attr("tabindex", ({ key }) => (String(key) === first ? 0 : -1));
    }
    row.attr("aria-label", ({ name, text, otherText }) => `${name}: ${text}${otherText ? `, ${otherText}` : ""}`);
    row.style("--tone", ({ tone }) => (tone ? `var(--gv-${tone})` : null));
    row.select(".gv-bars-name").text(({ name }) => name);
    row.select(".gv-bars-number").text(({ text }) => text);
    row.select(".gv-bars-zero").style("left", `${zero}%`);
    const span = (part, value) => {
      const ends = (d) => [at(d.base ?? 0), at((d.base ?? 0) + (value(d) ?? 0))];
      row.select(part).style("left", (d) => `${Math.min(...ends(d))}%`).style("width", (d) => `${Math.abs(ends(d)[1] - ends(d)[0])}%`);
    };
    span(".gv-bars-bar", ({ value }) => value);
    span(".gv-bars-other", ({ other }) => other);
    row.select(".gv-bars-other").style("display", ({ other }) => (other === undefined ? "none" : null));
  };
}
