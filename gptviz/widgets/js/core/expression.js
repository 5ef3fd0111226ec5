import { button } from "./choice.js";

/**
 * Where a number comes from: the formula with the reader's own numbers in it, and the Python that returns it, to copy into the next cell.
 * @returns {({formula, code, value}) => void} draws. formula: strings, and {sup} or {strong} among them; code: one Python expression in `trace`, `gpt`, `gv`
 *   and `torch` (`called` puts the notebook's name for the trace into it); value: the number (or array of numbers) that is drawn, kept as `data-number` beside `data-expression`. Without code it is empty.
 */
export function expression(parent, { t, signal, model }) {
  const box = parent.append("div").attr("class", "gv-expression");
  const formula = box.append("div").attr("class", "gv-formula");
  const python = box.append("div").attr("class", "gv-python");
  const code = python.append("code");
  const copy = button(python, t("copy"), async () => {
    await copied(code.attr("title"), python.node());
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
    const [shown, whole] = called(text, model);
    code.text(shown).attr("title", whole);
    python.style("visibility", text ? null : "hidden");
    box.attr("data-expression", whole || null).attr("data-number", text ? JSON.stringify(ArrayBuffer.isView(value) ? [...value] : value) : null);
  };
}

/**
 * Python in which `trace` is what the notebook calls this trace: [as it is shown, as it is copied]. What is in quotes stays.
 * A text typed into the explorer has no name: `gv.trace(gpt, "…")` is copied, so that the number comes back all the same.
 */
export function called(code, model) {
  const variable = model.get("variable") ?? "trace";
  const naming = (name) => code.replace(/("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?<![\w.])trace\b/g, (_, quoted) => quoted ?? name);
  return [naming(variable.endsWith(")") ? "trace" : variable), naming(variable)];
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
