import { select } from "d3-selection";

const QUIET_MS = 150; // after so long without a change, the state goes to the kernel
const SPOKEN_MS = 600; // and after so long it is read aloud

/**
 * An anywidget module of one explorer. State lives in the model's traits alone: a control changes a trait, a changed trait draws.
 *
 * @param {string} name
 * @param {string[]} traits the traits that the picture depends on
 * @param {(tools: object) => () => string | void} build makes the elements once, returns the function that draws them from the traits and
 *   may return a sentence for the live region. `tools`: `root` (d3 selection), `model`, `t` (words of the catalog), `change` (set traits),
 *   `ask` (send to the kernel), `redraw`, `signal` (aborted at the end: give it to every listener)
 */
export function explorer(name, traits, build) {
  return {
    render({ model, el }) {
      const life = new AbortController();
      const { signal } = life;
      const strings = model.get("strings");
      const t = (key, values = {}) => strings[key].replace(/\{(\w+)\}/g, (_, word) => values[word] ?? "");

      const root = select(el).append("div").attr("class", "gptviz").attr("data-explorer", name);
      root.attr("role", "group").attr("aria-label", t("title"));
      // JupyterLab takes ArrowLeft from a focused explorer and hides the cell, or `x` and cuts it. Tab still leaves.
      root.on("keydown", (event) => {
        if (!event.ctrlKey && !event.metaKey && !event.altKey) event.stopPropagation();
      }, { signal });
      const live = root.append("div").attr("class", "gv-live").attr("aria-live", "polite");

      let saving, speaking;
      let held = false;
      let drawPicture = null;
      const update = () => {
        if (held || !drawPicture) return;
        const sentence = drawPicture();
        const ranges = root.selectAll("input[type=range]").nodes();
        root.attr("data-value", ranges.map((input) => input.value).join(" "));
        clearTimeout(speaking);
        if (sentence) speaking = setTimeout(() => live.text(sentence), SPOKEN_MS);
      };
      const save = () => {
        clearTimeout(saving);
        saving = undefined;
        model.save_changes();
      };
      const change = (values) => {
        held = true;
        for (const [trait, value] of Object.entries(values)) model.set(trait, value);
        held = false;
        update();
        clearTimeout(saving);
        saving = setTimeout(save, QUIET_MS);
      };
      const ask = kernel({ model, signal, redraw: () => update(), flush: () => saving && save() });

      drawPicture = build({ root, model, t, change, ask, redraw: update, signal });
      for (const trait of traits) model.on(`change:${trait}`, update);
      update();
      return () => {
        for (const trait of traits) model.off(`change:${trait}`, update);
        life.abort();
        clearTimeout(speaking);
        if (saving) save();
        root.remove();
      };
    },
  };
}

const PATIENCE_MS = 4000;

/**
 * Questions to the kernel. `ask(question)` sends; `ask.state` is "" | "busy" | "late" (no answer for four seconds: another cell runs, or no kernel).
 * A quiet one, of a slider that is being dragged, does not say "busy". `ask.pending`: the last one has no answer yet.
 */
function kernel({ model, signal, redraw, flush }) {
  let last = 0;
  let timer;
  const ask = (question, quiet = false) => {
    if (!quiet) {
      ask.state = "busy";
      flush(); // the answer is of the state that the reader sees
    }
    ask.pending = true;
    model.send({ ...question, number: ++last });
    clearTimeout(timer);
    timer = setTimeout(() => turn("late"), PATIENCE_MS);
    redraw();
  };
  const turn = (state) => {
    ask.state = state;
    redraw();
  };
  const answered = (message) => {
    if (message.answered !== last) return;
    clearTimeout(timer);
    ask.pending = false;
    turn("");
  };
  ask.state = "";
  ask.pending = false;
  model.on("msg:custom", answered);
  signal.addEventListener("abort", () => {
    clearTimeout(timer);
    model.off("msg:custom", answered);
  }, { once: true });
  return ask;
}
