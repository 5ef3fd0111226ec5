import { bars } from "../core/bars.js";
import { float32 } from "../core/bytes.js";
import { button, segmented } from "../core/choice.js";
import { palette } from "../core/colors.js";
import { explorer } from "../core/explorer.js";
import { expression } from "../core/expression.js";
import { number, percent, signed } from "../core/format.js";
import { grid } from "../core/grid.js";
import { largest, stack } from "../core/sum.js";
import { textBox } from "../core/text_box.js";
import { shorten, tokenStrip, visible } from "../core/tokens.js";
import { onWidth } from "../core/width.js";
import "./residual.css";

const BEST = 8; // tokens of each cell
const CELL_PX = 68; // the least a cell needs for a word
const ROW_PX = 36;
const HEAD_PX = 30; // over the first row of cells
const SHADE = 0.58; // of a cell that is certain: ink can still be read on it
const PARTS = 24;

const TRAITS = ["tokens", "rarely_seen", "stages", "first", "best", "words_known", "ways", "shares", "parts", "names", "position", "stage", "word", "view", "order", "part", "error", "kernel"];

export default explorer("residual", TRAITS, (tools) => {
  const { root, model, t, change, ask, redraw, signal } = tools;
  const get = (trait) => model.get(trait);
  const hues = palette(root, signal, redraw);

  // ---- controls
  const drawText = textBox(root, tools);
  const goTo = (position) => change({ position });
  const drawStrip = tokenStrip(root, { label: t("position"), markLabel: t("rare_token"), choose: goTo, signal });
  const controls = root.append("div").attr("class", "gv-residual-controls");
  const showView = segmented(controls, { label: t("view"), options: [["best", t("view_best")], ["rank", t("view_rank", { token: "…" })]] }, (view) => change({ view }), signal);
  const rankButton = controls.select("[data-option=rank]");
  const form = controls.append("form").attr("class", "gv-follow");
  const typed = form.append("input").attr("type", "text").attr("aria-label", t("follow")).attr("placeholder", t("follow")).attr("spellcheck", "false").node();
  const follow = form.append("button").attr("type", "submit").text(t("follow_button")).node();
  form.on("submit", (event) => {
    event.preventDefault();
    if (typed.value.trim() && get("kernel")) ask({ word: typed.value });
  }, { signal });
  button(controls, t("reset"), () => {
    typed.value = "";
    change({ ...get("start"), position: Math.min(get("start").position, get("tokens").length - 1), order: "machine", part: "" });
  }, signal).attr("class", "gv-reset");
  root.on("keydown.unlock", ({ key }) => {
    if (key === "Escape") change({ word: -1, part: "" });
  }, { signal });

  const two = root.append("div").attr("class", "gv-residual");
  const left = two.append("div").attr("class", "gv-residual-lens");
  const head = left.append("div").attr("class", "gv-residual-head");
  const [lensTitle, lensNote] = [head.append("b"), head.append("span")];
  const drawLens = grid(left, {
    label: t("lens"), signal, palette: hues, heightPx: HEAD_PX + ROW_PX * get("stages"),
    choose: (stage, column) => change({ stage, position: shown.from + column }),
  });
  const drawCell = expression(left, tools);
  const bestHead = left.append("div").attr("class", "gv-residual-head");
  const bestTitle = bestHead.append("b");
  bestHead.append("span").text(t("best_hint"));
  const drawBest = bars(left.append("div"), { label: t("best_list"), choose: (word) => {
    if (get("kernel") || get("words_known").includes(Number(word))) change({ word: Number(word) });
  }, signal });

  const right = two.append("div").attr("class", "gv-residual-sum");
  const sumHead = right.append("div").attr("class", "gv-residual-head");
  const [sumTitle, sumNote] = [sumHead.append("b"), sumHead.append("span")];
  const showOrder = segmented(right, { label: t("order"), options: [["machine", t("order_machine")], ["largest", t("order_largest")]] }, (order) => change({ order }), signal);
  const sumBox = right.append("div").attr("class", "gv-residual-bars");
  const drawSum = bars(sumBox, { label: t("sum_list"), choose: (part) => change({ part }), signal });
  const drawPart = expression(right, tools);

  // ---- numbers
  let shown = { from: 0 };
  let asked = "";
  const question = (what) => {
    // once for each text, word and place, and not again while the answer is on its way
    const of = `${get("run")} ${JSON.stringify(what)}`;
    const again = asked === of;
    asked = of; // before asking, which draws
    if (!again && get("kernel")) ask(what);
  };

  onWidth(left.node(), signal, (width) => Math.abs(width - (shown.width ?? 0)) > 1 && redraw());

  return () => {
    const [tokens, stages, first, names, known, parts] = ["tokens", "stages", "first", "names", "words_known", "parts"].map(get);
    const [position, stage, view, order] = ["position", "stage", "view", "order"].map(get);
    drawText();
    drawStrip(tokens, position, get("rarely_seen"));
    showView(view);
    showOrder(order);
    typed.disabled = follow.disabled = !get("kernel");

    const best = float32(get("best"));
    const columns = best.length / (stages * BEST * 2);
    const at = position - first;
    const inside = at >= 0 && at < columns;
    two.attr("data-stale", inside ? null : "");
    if (!inside) {
      question({ position });
      return;
    }
    const cell = (s, c, k = 0) => {
      const i = ((s * columns + c) * BEST + k) * 2;
      return { id: best[i], p: best[i + 1] };
    };
    const name = (id) => visible(names[id] ?? "");
    const word = get("word") < 0 ? cell(stages - 1, at).id : get("word");
    const index = known.indexOf(word);
    two.attr("data-word", word);
    if (index < 0) question({ token: word });
    else asked = "";
    const ways = float32(get("ways"));
    const way = (s, c) => {
      const i = ((index * stages + s) * columns + c) * 3;
      return index < 0 ? { rank: NaN, p: NaN, logit: NaN } : { rank: ways[i], p: ways[i + 1], logit: ways[i + 2] };
    };
    const called = shorten(name(word), 14) || "…";

    // ---- the lens: as many columns as there is room for
    const width = left.node().clientWidth || shown.width || 0; // 0 while JupyterLab has it out of the page
    const count = Math.max(2, Math.min(columns, Math.floor((width - 100) / CELL_PX)));
    const from = Math.max(0, Math.min(columns - count, Math.max(at - count + 1, Math.min(at, (shown.from ?? 0) - first))));
    shown = { from: from + first, width };
    const stageName = (s) => (s === 0 ? t("stage_before") : t("stage_after", { layer: s - 1 }));
    const ranked = view === "rank";
    rankButton.text(t("view_rank", { token: called }));
    lensTitle.text(ranked ? t("lens_title_rank", { token: called }) : t("lens_title"));
    lensNote.text(count < tokens.length ? t("lens_hidden", { from: shown.from + 1, to: shown.from + count, all: tokens.length }) : t("lens_note"));
    const describe = (s, c) => {
      const [{ id, p }, here] = [cell(s, from + c), way(s, from + c)];
      const place = { stage: stageName(s), token: visible(tokens[shown.from + c]) };
      return ranked ? t("cell_rank", { ...place, word: name(word), rank: here.rank.toLocaleString("en"), percent: percent(here.p) })
        : t("cell_best", { ...place, best: name(id), percent: percent(p) });
    };
    drawLens({
      rows: Array.from({ length: stages }, (_, s) => stageName(s)),
      columns: tokens.slice(shown.from, shown.from + count),
      value: (s, c) => (ranked ? way(s, from + c).rank : cell(s, from + c).p),
      color: (value) => hues.sequential(SHADE * ((ranked ? 1 - Math.log(value) / Math.log(get("vocab_size")) : value) || 0)),
      text: (s, c) => {
        const [{ id, p }, here] = [cell(s, from + c), way(s, from + c)];
        return ranked ? [here.rank.toLocaleString("en"), percent(here.p)] : [name(id), percent(p)];
      },
      chosen: [stage, at - from],
      describe,
    });
    const here = cell(stage, at);
    const lens = `gv.geometry.lens(trace, [${position}])[${stage}, 0]`;
    const stream = stage === 0 ? "resid_pre[0]" : `resid_post[${stage - 1}]`;
    drawCell(ranked && index < 0 ? {} : ranked
      ? { formula: [`W_U · LN(${stream}) → ${called}: `, { strong: t("rank_is", { rank: way(stage, at).rank.toLocaleString("en"), all: get("vocab_size").toLocaleString("en") }) }],
        code: `(${lens} > ${lens}[${word}]).sum() + 1`, value: way(stage, at).rank }
      : { formula: [`softmax(W_U · LN(${stream})) → ${shorten(name(here.id), 16)} `, { strong: percent(here.p) }], code: `${lens}.softmax(-1)[${here.id}]`, value: here.p });
    bestTitle.text(t("best_title", { stage: stageName(stage), token: shorten(visible(tokens[position]), 14) }));
    const rows = Array.from({ length: BEST }, (_, k) => cell(stage, at, k));
    drawBest(rows.map(({ id, p }) => ({ key: id, name: shorten(name(id), 16), value: p, text: percent(p), tone: id === word ? "accent" : undefined })), { from: 0, to: rows[0].p, chosen: word });

    // ---- the sum
    const shares = float32(get("shares"));
    const each = parts.map((part, i) => ({ part, share: index < 0 ? 0 : shares[(index * parts.length + i) * columns + at] }));
    const list = largest(each, PARTS - 1, order, (left) => t("others", { count: left }));
    const { rows: steps, from: low, to: high, total } = stack(list);
    const logit = way(stages - 1, at).logit;
    sumTitle.text(t("sum_title", { token: called }));
    sumNote.text(t("sum_note", { after: visible(tokens[position]) })).attr("title", sumNote.text());
    const strongest = each.reduce((most, one) => (Math.abs(one.share) > Math.abs(most.share) ? one : most));
    const held = each.find(({ part }) => part === get("part")) ?? strongest;
    const listed = steps.map(({ part, share, base }) => ({
      key: part, name: part, value: share, base, text: index < 0 ? "…" : signed(share), tone: share < 0 ? "below" : "second", title: meaning(part, t),
    }));
    listed.push({ key: t("logit"), name: t("logit"), value: index < 0 ? 0 : logit, text: index < 0 ? "…" : number(logit), tone: "accent" });
    drawSum(listed, { from: low, to: high, chosen: get("part") === t("logit") ? t("logit") : held.part });
    sumBox.attr("data-total", total);
    const code = `gv.geometry.contributions(trace, ${word}, ${position})`;
    const sum = get("part") === t("logit");
    drawPart(index < 0 ? {} : sum
      ? { formula: [`Σ = `, { strong: number(logit) }], code: `trace.logits[${position}, ${word}]`, value: logit }
      : { formula: [`${held.part}: ${meaning(held.part, t)} `, { strong: signed(held.share) }], code: `${code}["${held.part}"]`, value: held.share });
    return t("spoken", {
      stage: stageName(stage), token: visible(tokens[position]), best: name(here.id), percent: percent(here.p),
      word: name(word), rank: way(stage, at).rank, logit: number(logit), part: strongest.part,
    });
  };
});

/** "L1H2" → "head 2 of block 1" */
function meaning(part, t) {
  const [, layer, head] = part.match(/^L(\d+)(?:H(\d+)|MLP)$/) ?? [];
  if (layer !== undefined) return head === undefined ? t("part_mlp", { layer }) : t("part_head", { layer, head });
  const others = { embed: t("part_embed"), pos: t("part_pos"), biases: t("part_biases"), patch: t("part_patch") };
  return others[part] ?? part;
}
