/**
 * A text of the reader's own: Enter or the button asks the kernel for its trace. Under it one line says what is going on: that the model is
 * reading, what went wrong, or how many tokens were hardly seen in training. Without a kernel the box is off and says why.
 * Traits: `text`, `tokens`, `rarely_seen`, `counted`, `edits`, `error`, `kernel`.
 * @returns {() => void} draws the box and the line
 */
export function textBox(root, { model, t, ask, change, signal }) {
  const form = root.append("form").attr("class", "gv-ask");
  const box = form.append("textarea").attr("aria-label", t("text")).attr("rows", 1).attr("spellcheck", "false").node();
  const button = form.append("button").attr("type", "submit").text(t("run")).node();
  const status = form.append("div").attr("class", "gv-status").attr("role", "status");
  const run = () => {
    if (model.get("kernel")) ask({ text: box.value });
  };
  form.on("submit", (event) => {
    event.preventDefault();
    run();
  }, { signal });
  form.select("textarea").on("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    run();
  }, { signal });
  form.select("textarea").on("input", () => change({ text: box.value }), { signal });

  return () => {
    if (box.value !== model.get("text")) box.value = model.get("text");
    const off = !model.get("kernel");
    box.disabled = button.disabled = off;
    const [error, seldom] = [model.get("error"), model.get("rarely_seen")];
    const rare = seldom.filter(Boolean).length;
    const known = !model.get("counted") ? "unknown" : rare ? "rare" : "seen";
    const kind = ask.state ? "busy" : error ? "error" : off ? "offline" : known;
    const edits = model.get("edits").join(", ");
    const said = () => (edits && t("changed", { edits })) + t(kind === "busy" ? ask.state : kind, { rare, tokens: seldom.length });
    const line = kind === "error" ? error : said();
    status.attr("data-kind", kind).attr("title", line).text(line);
  };
}
