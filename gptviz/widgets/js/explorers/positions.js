import { float32 } from "../core/bytes.js";
import { button } from "../core/choice.js";
import { palette } from "../core/colors.js";
import { explorer } from "../core/explorer.js";
import { expression } from "../core/expression.js";
import { number } from "../core/format.js";
import { range } from "../core/range.js";
import { cosines, usualSize, sinusoids } from "./positions/vectors.js";
import { panel } from "./positions/panel.js";
import "./positions.css";

const TRAITS = ["learned", "n", "width", "dimension", "position"];
const WIDEST = 10_000; // of the formula

export default explorer("positions", TRAITS, (tools) => {
  const { root, model, t, change, redraw, signal } = tools;
  const get = (trait) => model.get(trait);
  const hues = palette(root, signal, redraw);
  const [n, width] = [get("n"), get("width")];

  // ---- controls
  const controls = root.append("div").attr("class", "gv-positions-controls");
  const marks = (last) => [[0, "0"], ...(last > 1 ? [[last, String(last)]] : [])];
  const slider = (name, count) => range(controls, { label: t(name), min: 0, max: Math.max(1, count - 1), step: 1, marks: marks(Math.max(1, count - 1)) },
    (value) => change({ [name]: Math.min(value, count - 1) }), signal);
  const showDimension = slider("dimension", width);
  const showPosition = slider("position", n);
  button(controls, t("reset"), () => change({ ...get("start") }), signal).attr("class", "gv-reset");
  root.on("keydown.unlock", ({ key }) => {
    if (key === "Escape") change({ ...get("start") });
  }, { signal });

  // ---- the numbers: learned ones as they came, the formula and all cosines made here, once
  const learned = float32(get("learned"));
  const formula = sinusoids(n, width);
  const kinds = [
    { name: "learned", vectors: learned, limit: usualSize(learned), python: "gpt.pos.weight" },
    { name: "formula", vectors: formula, limit: 1, python: `gv.geometry.sinusoids(${n}, ${width})` },
  ].map((kind) => ({ ...kind, like: cosines(kind.vectors, n, width) }));

  const two = root.append("div").attr("class", "gv-positions");
  const drawKinds = kinds.map((kind) => {
    const box = two.append("div").attr("class", "gv-positions-kind");
    box.append("h3").text(t(kind.name, { n: get("n_ctx").toLocaleString("en"), width: width.toLocaleString("en") }));
    const pair = box.append("div").attr("class", "gv-positions-pair");
    const shared = { n, hues, signal, every: (down, across) => (down > 1 || across > 1 ? `   (${t("every", { down, across })})` : "") };
    const drawVectors = panel(pair, {
      ...shared, label: `${t(kind.name, { n, width })}: ${t("numbers")}`, title: t("numbers"), down: t("down_dimension"), across: t("across"), rows: width,
      value: (row, column) => kind.vectors[column * width + row], limit: kind.limit, choose: (row, column) => change({ dimension: row, position: column }), name: `${kind.name}-numbers`,
    });
    const drawLike = panel(pair, {
      ...shared, label: `${t(kind.name, { n, width })}: ${t("alike")}`, title: t("alike"), down: t("down_position"), across: t("across"), rows: n,
      value: kind.like, limit: 1, choose: (row) => change({ position: row }), name: `${kind.name}-alike`, line: 1,
    });
    const drawNumber = expression(box, tools);
    const drawCosine = expression(box, tools);
    return { drawVectors, drawLike, drawNumber, drawCosine };
  });

  return () => {
    const [dimension, position] = [get("dimension"), get("position")];
    showDimension(dimension, String(dimension));
    showPosition(position, String(position));
    const other = Math.min(n - 1, position < n - 8 ? position + 8 : Math.max(0, position - 8));
    kinds.forEach((kind, i) => {
      const { drawVectors, drawLike, drawNumber, drawCosine } = drawKinds[i];
      const value = kind.vectors[position * width + dimension];
      drawVectors({ row: dimension, column: position, words: t("cut_dimension", { dimension }), says: (r, c) => t("says_number", { dimension: r, position: c, value: number(kind.vectors[c * width + r]) }) });
      drawLike({ row: position, column: position, words: t("cut_position", { position }), says: (r, c) => t("says_cosine", { one: r, other: c, value: number(kind.like(r, c)) }) });
      const pair = Math.floor(dimension / 2);
      const exponent = `${2 * pair} / ${width}`;
      const angle = position / WIDEST ** ((2 * pair) / width);
      const wave = dimension % 2 ? "cos" : "sin";
      drawNumber(kind.name === "learned"
        ? { formula: [t("learned_here", { dimension, position }), { strong: number(value) }], code: `gpt.pos.weight[${position}, ${dimension}]`, value }
        : { formula: [`${wave}(${position} ÷ ${WIDEST.toLocaleString("en")}`, { sup: exponent }, `) = ${wave}(${number(angle)}) = `, { strong: number(value) }],
          code: `gv.geometry.sinusoids(${n}, ${width})[${position}, ${dimension}]`, value });
      const cosine = kind.like(position, other);
      drawCosine({ formula: [t("cosine_here", { one: position, other }), { strong: number(cosine) }], code: `gv.geometry.position_cosines(${kind.python})[${position}, ${other}]`, value: cosine });
    });
    return t("spoken", { dimension, position, learned: number(learned[position * width + dimension]), formula: number(formula[position * width + dimension]) });
  };
});
