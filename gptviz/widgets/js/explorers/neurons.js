import { scaleLinear } from "d3-scale";
import { line } from "d3-shape";
import { bars } from "../core/bars.js";
import { float32 } from "../core/bytes.js";
import { button } from "../core/choice.js";
import { palette } from "../core/colors.js";
import { explorer } from "../core/explorer.js";
import { expression } from "../core/expression.js";
import { number, percent } from "../core/format.js";
import { gelu } from "../core/gelu.js";
import { grid } from "../core/grid.js";
import { range } from "../core/range.js";
import { textBox } from "../core/text_box.js";
import { shorten, tokenStrip, visible, windowAround } from "../core/tokens.js";
import "./neurons.css";

const MOST_TOKENS = 24; // rows of the grid
const CURVE_PX = 148;

const TRAITS = ["tokens", "rarely_seen", "columns", "pre", "post", "cards", "effect", "layer", "neuron", "position", "scale", "picked", "error", "kernel"];

export default explorer("neurons", TRAITS, (tools) => {
  const { root, model, t, change, ask, redraw, signal } = tools;
  const get = (trait) => model.get(trait);
  const colors = palette(root, signal, redraw);
  const [layers, size] = [get("layers"), get("d_mlp")];

  const drawText = textBox(root, tools);
  const drawStrip = tokenStrip(root, { label: t("position"), markLabel: t("rare_token"), choose: (position) => change({ position, picked: {} }), signal });

  // ---- which neuron
  const body = root.append("div").attr("class", "gv-neurons");
  const left = body.append("div");
  const chooser = left.append("div").attr("class", "gv-chooser");
  const showLayer = range(chooser, { label: t("layer"), min: 0, max: layers - 1, step: 1, marks: layers > 1 ? [[0, "0"], [layers - 1, String(layers - 1)]] : [[0, "0"]] },
    (layer) => change({ layer, neuron: get("columns")[layer][0], picked: {} }), signal);
  const other = chooser.append("label").attr("class", "gv-which");
  other.append("span").text(t("neuron"));
  const which = other.append("input").attr("type", "number").attr("aria-label", t("neuron_number")).attr("min", 0).attr("max", size - 1).attr("step", 1);
  which.on("change", () => {
    const wanted = Math.round(Number(which.node().value));
    change({ neuron: Math.max(0, Math.min(size - 1, Number.isFinite(wanted) ? wanted : get("neuron"))), picked: {} });
  }, { signal });
  let first = 0;
  const drawGrid = grid(left, {
    label: t("grid"), heightPx: 376, stretch: true, signal, palette: colors,
    choose: (row, column) => change({ position: first + row, neuron: get("columns")[get("layer")][column], picked: { kind: "activation" } }),
  });

  // ---- its question, its curve, its answer
  const card = body.append("div").attr("class", "gv-card");
  const title = card.append("div").attr("class", "gv-card-title");
  const [name, fires] = [title.append("b"), title.append("span")];
  const part = (heading, style, parent = card) => {
    const box = parent.append("div").attr("class", style);
    const head = box.append("div").attr("class", "gv-part-head");
    head.append("b").text(t(heading));
    return [box, head.append("span")];
  };
  const [questionBox, questionNote] = part("question", "gv-question");
  const places = questionBox.append("div").attr("role", "listbox").attr("aria-label", t("question"));
  const pickPlace = (index) => {
    change({ picked: { kind: "question", id: index } });
    places.node().children[index]?.focus({ preventScroll: true });
  };
  const placeOf = (event) => [...places.node().children].indexOf(event.target.closest("[role=option]"));
  places.on("click", (event) => placeOf(event) >= 0 && pickPlace(placeOf(event)), { signal });
  places.on("keydown", (event) => {
    const [at, last] = [placeOf(event), places.node().children.length - 1];
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: last, Enter: at, " ": at }[event.key];
    if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    pickPlace(Math.max(0, Math.min(last, to)));
  }, { signal });
  const lower = card.append("div").attr("class", "gv-lower");
  const [curveBox, curveNote] = part("gelu", "gv-curve", lower);
  curveNote.text(t("gelu_note"));
  const drawCurve = curve(curveBox, t);
  const [answerBox, answerNote] = part("answer", "gv-answer", lower);
  answerNote.text(t("answer_note"));
  const sides = answerBox.append("div").attr("class", "gv-sides");
  const pick = (kind) => (id) => change({ picked: { kind, id: Number(id) } });
  const drawSides = ["up", "down"].map((side) => {
    const box = sides.append("div");
    box.append("div").attr("class", "gv-side-head").text(t(side));
    return bars(box, { label: t(side), choose: pick("answer"), signal });
  });

  // ---- what becomes of the prediction
  const after = root.append("div").attr("class", "gv-after");
  const control = after.append("div");
  const showScale = range(control, { label: t("scale"), min: 0, max: 3, step: 0.05, marks: [[0, "0"], [1, t("as_is")], [2, "2"], [3, "3"]] },
    (scale) => change({ scale, picked: get("picked").kind === "after" ? get("picked") : {} }), signal);
  const bits = control.append("div").attr("class", "gv-bits");
  const drawExpression = expression(control, tools);
  const foot = control.append("div").attr("class", "gv-buttons");
  button(foot, t("reset"), () => change(get("start")), signal);
  const needs = foot.append("span").attr("class", "gv-note");
  const shown = after.append("div");
  const heading = shown.append("div").attr("class", "gv-part-head");
  const [question, outline] = [heading.append("b"), heading.append("span")];
  const drawBars = bars(shown, { label: t("after", { token: "" }), choose: pick("after"), signal });
  root.on("keydown.unlock", ({ key }) => {
    if (key === "Escape") change({ picked: {} });
  }, { signal });

  let asked = null;
  return () => {
    const [tokens, columns, layer, neuron, scale, effect, picked] = ["tokens", "columns", "layer", "neuron", "scale", "effect", "picked"].map(get);
    const position = Math.min(get("position"), tokens.length - 1);
    const named = `L${layer}N${neuron}`;
    const column = columns[layer].indexOf(neuron);
    const here = get("cards")[named];
    const factor = String(Number(scale.toFixed(4)));
    const wanted = `${get("run")} ${layer} ${neuron} ${position} ${factor}`;
    const current = effect.of === wanted;
    // one question at a time: while an answer is on its way, the slider moves on, and what it then says is asked next
    if ((!current || !here || column < 0) && get("kernel") && !ask.pending && asked !== wanted) {
      asked = wanted;
      ask({ layer, neuron, position, scale }, true);
    }
    if (current) asked = null;

    drawText();
    drawStrip(tokens, position, get("rarely_seen"));
    showLayer(layer, String(layer));
    which.property("value", neuron);
    which.attr("disabled", get("kernel") ? null : "");
    showScale(scale, scale === 0 ? t("off") :  scale.toFixed(2));
    control.select("input[type=range]").attr("disabled", get("kernel") ? null : "");
    needs.text(get("kernel") ? "" : t("needs_kernel"));

    const width = columns[layer].length;
    const at = (bytes, row, c) => float32(get(bytes))[(layer * tokens.length + row) * width + c];
    const post = float32(get("post")).subarray(layer * tokens.length * width, (layer + 1) * tokens.length * width);
    const largest = post.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-9);
    let last;
    [first, last] = windowAround(position, tokens.length, MOST_TOKENS);
    drawGrid({
      rows: tokens.slice(first, last), columns: columns[layer].map(String), rowTitle: t("position"), columnTitle: t("neuron"),
      value: (row, c) => at("post", first + row, c), color: (value) => colors.diverging(value, largest),
      chosen: column < 0 ? null : [position - first, column],
      describe: (row, c) => t("cell", { token: visible(tokens[first + row]), neuron: columns[layer][c], pre: number(at("pre", first + row, c)), post: number(at("post", first + row, c)) }),
    });

    const [before, fired] = column < 0 ? [NaN, NaN] : [at("pre", position, column), at("post", position, column)];
    name.text(t("named", { neuron, layer }));
    fires.text(column < 0 ? "" : t("fires", { token: visible(tokens[position]), post: number(fired) }));
    card.attr("data-stale", here ? null : "");
    if (here) {
      questionNote.text(t(here.sampled ? "question_note" : "question_own"));
      const row = places.selectAll("div").data(here.question).join((enter) => {
        const made = enter.append("div").attr("role", "option").attr("class", "gv-place");
        for (const cell of ["value", "before", "token", "next"]) made.append("span").attr("class", `gv-place-${cell}`);
        return made;
      });
      const asks = picked.kind === "question" ? picked.id : -1;
      row.attr("data-value", (d) => d[3]).attr("aria-selected", (_, i) => String(i === asks)).attr("tabindex", (_, i) => (i === Math.max(0, asks) ? 0 : -1));
      row.select(".gv-place-value").text((d) => number(d[3]));
      row.select(".gv-place-before").text((d) => flat(d[0]));
      row.select(".gv-place-token").text((d) => flat(d[1]).trim() || visible(d[1]));
      row.select(".gv-place-next").text((d) => flat(d[2]));
      const push = Math.max(...[...here.up, ...here.down].map(([, , value]) => Math.abs(value)));
      const chosen = picked.kind === "answer" ? String(picked.id) : "";
      [here.up, here.down].forEach((words, side) => drawSides[side](
        words.map(([id, word, value]) => ({ key: id, name: shorten(visible(word), 14), title: visible(word), value: Math.abs(value), text: number(value), tone: side ? "below" : "accent" })),
        { from: 0, to: push, chosen }));
    }
    drawCurve({ tokens, position, scale, points: column < 0 ? [] : tokens.map((_, i) => [at("pre", i, column), at("post", i, column)]) });

    const { rows } = effect;
    question.text(t("after", { token: visible(tokens[position]) }));
    outline.text(t("outline", { part: named, scale: factor }));
    after.attr("data-stale", current ? null : "");
    const most = Math.max(...rows.flatMap(([, , p, q]) => [p, q]));
    const token = picked.kind === "after" && rows.find(([id]) => id === picked.id);
    drawBars(rows.map(([id, word, p, q]) => ({ key: id, name: shorten(visible(word), 15), title: visible(word), value: q, text: percent(q), other: p, otherText: percent(p), tone: q > p ? "accent" : undefined })),
      { from: 0, to: most, chosen: token ? String(picked.id) : "" });
    bits.selectAll("*").remove();
    bits.append("span").text(`${t("kl")} `);
    bits.append("b").text(t("bits", { bits: effect.bits < 0.0005 && effect.bits > 0 ? "< 0.001" : effect.bits.toFixed(3) }));

    // ---- where a number comes from
    const spot = `[${position}, ${neuron}]`;
    const run = `${get("again")}scale={'${named}': ${factor}})`;
    if (picked.kind === "answer" && here) {
      const [id, word, value] = [...here.up, ...here.down].find(([each]) => each === picked.id) ?? here.up[0];
      drawExpression({ formula: [t("formula_answer", { token: visible(word) }) + " ", { strong: number(value) }], code: `gv.geometry.promoted(gpt, ${layer}, ${neuron})[${id}]`, value });
    } else if (picked.kind === "question" && here?.question[picked.id]) {
      const [, word, , value] = here.question[picked.id];
      drawExpression({ formula: [t("formula_question", { part: named, token: visible(word) }) + " ", { strong: number(value) }], code: `gv.probes.neurons.excited_by(trace, ${layer}, ${neuron})[0][${picked.id}].value`, value });
    } else if (picked.kind === "activation" && column >= 0) {
      drawExpression({ formula: [t("formula_activation", { pre: number(before) }) + " ", { strong: number(fired) }], code: `trace.neurons[${layer}]${spot}`, value: fired });
    } else if (token && current) {
      const [id, word, p, q] = token;
      drawExpression({ formula: [t("formula_after", { token: visible(word), before: percent(p), after: percent(q), part: named, scale: factor })], code: `${run}.probs[${position}, ${id}]`, value: q });
    } else if (current) {
      drawExpression({ formula: ["Σ p · log₂(p ÷ q) = ", { strong: t("bits", { bits: effect.bits.toFixed(3) }) }], code: `gv.probes.knockouts.kl_bits(trace.probs[${position}], ${run}.probs[${position}])`, value: effect.bits });
    }
    return t("spoken", { neuron, layer, token: visible(tokens[position]), post: number(fired), scale: factor, bits: effect.bits.toFixed(3) });
  };
});

const flat = (text) => text.replace(/\s+/g, " ");

/** The curve of GELU, a dot for each token of the text, the chosen one with its way from x to y; scaled, the curve that counts. */
function curve(box, t) {
  const svg = box.append("svg").attr("class", "gv-picture").attr("height", CURVE_PX).attr("viewBox", `0 0 250 ${CURVE_PX}`).attr("role", "img");
  const [zeroX, zeroY] = [svg.append("path").attr("class", "gv-axis"), svg.append("path").attr("class", "gv-axis")];
  const path = svg.append("path").attr("class", "gv-gelu");
  const scaled = svg.append("path").attr("class", "gv-gelu-scaled");
  const way = svg.append("path").attr("class", "gv-way");
  const dots = svg.append("g");
  const chosen = svg.append("circle").attr("class", "gv-dot gv-at").attr("r", 4.5);
  const [before, after] = [svg.append("text").attr("class", "gv-small gv-middle"), svg.append("text").attr("class", "gv-small gv-at-text")];
  return ({ points, position, scale }) => {
    const xs = points.map(([x]) => x);
    const [low, high] = [Math.min(-3, ...xs) - 0.3, Math.max(3, ...xs) + 0.3];
    const top = Math.max(gelu(high), ...points.map(([, y]) => y), scale * (points[position]?.[1] ?? 0));
    const x = scaleLinear([low, high], [6, 244]);
    const y = scaleLinear([-0.35 * Math.max(1, top / 4), top * 1.04], [CURVE_PX - 20, 8]);
    const steps = Array.from({ length: 81 }, (_, i) => low + ((high - low) * i) / 80);
    const drawn = (factor) => line(x, (v) => y(factor * gelu(v)))(steps);
    zeroX.attr("d", `M6,${y(0)}H244`);
    zeroY.attr("d", `M${x(0)},4V${CURVE_PX - 18}`);
    path.attr("d", drawn(1));
    scaled.attr("d", scale === 1 ? null : drawn(scale));
    dots.selectAll("circle").data(points).join("circle").attr("class", "gv-dot").attr("r", 2.6).attr("cx", ([v]) => x(v)).attr("cy", ([, v]) => y(v));
    const at = points[position];
    for (const mark of [chosen, way, before, after]) mark.style("display", at ? null : "none");
    if (!at) return;
    chosen.attr("cx", x(at[0])).attr("cy", y(at[1]));
    way.attr("d", `M${x(at[0])},${CURVE_PX - 18}V${y(at[1])}H${x(0)}`);
    before.attr("x", Math.max(24, Math.min(226, x(at[0])))).attr("y", CURVE_PX - 4).text(number(at[0]));
    after.attr("x", x(0) - 5).attr("y", y(at[1]) + 4).attr("text-anchor", "end").text(number(at[1]));
    svg.attr("aria-label", t("gelu_spoken", { pre: number(at[0]), post: number(at[1]) }));
  };
}
