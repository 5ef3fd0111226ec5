import { button } from "./choice.js";

/**
 * Where a number comes from: the formula with the reader's own numbers in it, and the Python that returns it, to copy into the next cell.
 * @returns {({formula, code, value}) => void} draws. formula: strings, and {sup} or {strong} among them; code: one Python expression in `trace`, `gpt`, `gv`
 *   and `torch`; value: the number (or array of numbers) that is drawn, kept as `data-number` beside `data-expression`. Without code it is empty.
 */
export function expression(parent, { t, signal }) {
  const box = parent.append("div").attr("class", "gv-expression");
  const formula = box.append("div").attr("class", "gv-formula");
  const python = box.append("div").attr("class", "gv-python");
  const code = python.append("code");
  const copy = button(python, t("copy"), async () => {
    await copied(code.text(), python.node());
    copy.text(t("copied"));
    clearTimeout(back);
    back = setTimeout(() => copy.text(t("copy")), 1500);
  }, signal);
  let back;
  signal.addEventListener("abort", () => clearTimeout(back), { once: true });

  return ({ formula: parts = [], code: text = "", value }) => {
    formula.selectAll("*").remove();
    for (const part of [parts].flat()) {
      const [kind, words] = typeof part === "string" ? ["span", part] : Object.entries(part)[0];
      formula.append(kind).text(words);
    }
    code.text(text).attr("title", text);
    python.style("visibility", text ? null : "hidden");
    box.attr("data-expression", text || null).attr("data-number", text ? JSON.stringify(ArrayBuffer.isView(value) ? [...value] : value) : null);
  };
}

/** Copy a text; on a page without a clipboard (plain http, an old browser), through a selection. */
async function copied(text, near) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const box = document.createElement("textarea");
    box.value = text;
    near.append(box);
    box.select();
    document.execCommand("copy");
    box.remove();
  }
}
