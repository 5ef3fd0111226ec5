import { bars } from "../core/bars.js";
import { float32 } from "../core/bytes.js";
import { button, segmented } from "../core/choice.js";
import { explorer } from "../core/explorer.js";
import { expression } from "../core/expression.js";
import { number, percent } from "../core/format.js";
import { range } from "../core/range.js";
import { textBox } from "../core/text_box.js";
import { shorten, tokenStrip, visible } from "../core/tokens.js";
import { arrowPicture } from "./delta/arrows.js";
import "./delta.css";

const SOURCES = 9; // rows; of a longer text the tokens that hand over most

const TRAITS = ["tokens", "rarely_seen", "cards", "dots", "corners", "layer", "head", "position", "source", "picked", "view", "error", "kernel"];

export default explorer("delta", TRAITS, (tools) => {
  const { root, model, t, change, ask, signal } = tools;
  const get = (trait) => model.get(trait);

  // ---- controls
  const drawText = textBox(root, tools);
  const goTo = (choice) => change({ ...choice, source: -1, picked: "" });
  const drawStrip = tokenStrip(root, { label: t("position"), markLabel: t("rare_token"), choose: (position) => goTo({ position }), signal });
  const controls = root.append("div").attr("class", "gv-delta-controls");
  const slider = (name, count) => {
    const marks = count > 1 ? [[0, "0"], [count - 1, String(count - 1)]] : [[0, "0"]];
    return range(controls, { label: t(name), min: 0, max: Math.max(1, count - 1), step: 1, marks }, (value) => goTo({ [name]: Math.min(value, count - 1) }), signal);
  };
  const showLayer = slider("layer", get("n_layer"));
  const showHead = slider("head", get("n_head"));
  const planes = controls.append("div").attr("class", "gv-delta-planes");
  const showPlane = segmented(planes, { label: t("plane"), options: [["spread", t("plane_spread")], ["words", t("plane_words")]] }, (value) => {
    if (!get("kernel")) return;
    if (value === "spread") typed.value = "";
    else if (!typed.value.trim()) typed.value = suggestion;
    askPlane();
  }, signal);
  const form = planes.append("form");
  const typed = form.append("input").attr("type", "text").attr("aria-label", t("plane_words")).attr("spellcheck", "false").node();
  const show = form.append("button").attr("type", "submit").text(t("show")).node();
  form.on("submit", (event) => {
    event.preventDefault();
    if (get("kernel")) askPlane();
  }, { signal });
  const askPlane = () => ask({ words: typed.value.split(/[\s,]+/).filter(Boolean) });
  const showView = segmented(planes, { label: t("view"), options: [["arrows", t("view_arrows")], ["all", t("view_all")]] }, (view) => change({ view }), signal);
  button(controls, t("reset"), () => {
    const start = get("start");
    goTo({ ...start, position: Math.min(start.position, get("tokens").length - 1), view: "arrows" });
    if (get("cards").words.length && get("kernel")) {
      typed.value = "";
      ask({ words: [] });
    }
  }, signal).attr("class", "gv-reset");
  root.on("keydown.unlock", ({ key }) => {
    if (key === "Escape") change({ source: -1, picked: "" });
  }, { signal });

  // ---- three columns: who hands over, the arrows, what it changes
  const columns = root.append("div").attr("class", "gv-delta");
  const missing = columns.append("div").attr("class", "gv-delta-missing").text(t("needs_kernel"));
  const section = (name) => columns.append("div").attr("class", `gv-delta-${name}`);
  const [from, plane, changes] = [section("from"), section("plane"), section("changes")];
  const head = (parent, name) => {
    const box = parent.append("div").attr("class", "gv-delta-head");
    return [box.append("b").text(name), box.append("span")];
  };
  const [, fromNote] = head(from, t("handed_over"));
  fromNote.text(t("weight_value"));
  const drawSources = bars(from.append("div").attr("class", "gv-delta-sources"), {
    label: t("handed_over"), signal, choose: (key) => change({ source: Number(key), picked: "" }),
  });
  const sum = from.append("div").attr("class", "gv-delta-sum");
  const drawSource = expression(from, tools);
  const drawUpdate = expression(from.append("div").attr("class", "gv-delta-update"), tools);

  const [planeName, planeShare] = head(plane, "");
  const drawArrows = arrowPicture(plane, { t, signal, choose: (source) => change({ source, picked: "" }) });
  const drawShare = expression(plane, tools);

  const pair = changes.append("div").attr("class", "gv-delta-pair");
  const panel = (name, words) => {
    const box = pair.append("div");
    const [, note] = head(box, t(name));
    note.text(words);
    const rows = bars(box.append("div").attr("class", "gv-delta-bars").attr("data-panel", name), { label: t(name), signal, choose: (id) => change({ picked: `${name} ${id}` }) });
    return [box, rows];
  };
  const [, drawLens] = panel("lens", t("lens_note"));
  const [runBox, drawRuns] = panel("runs", t("runs_note"));
  const runButton = button(runBox, t("run_without"), () => ask({ layer: get("layer"), head: get("head"), position: get("position"), run: true }), signal);
  const nearBox = pair.append("div").attr("class", "gv-delta-near");
  head(nearBox, t("near"))[1].text(t("near_note"));
  const nearLists = nearBox.append("div").attr("class", "gv-delta-lists");
  const drawNear = ["E", "E′"].map((name, i) => {
    const box = nearLists.append("div");
    box.append("b").text(name);
    return bars(box, { label: `${t("near")} ${name}`, signal, choose: (rank) => change({ picked: `near${i} ${rank}` }) });
  });
  const drawPicked = expression(changes, tools);

  // ---- cards: kept for as long as text and plane stay the same
  let known = { of: "", cards: {} };
  let asked = "";
  let seen = null;
  let suggestion = "";
  const card = (key) => {
    const given = get("cards");
    if (given !== seen) {
      const of = JSON.stringify([given.run, given.words]);
      known = { of, cards: of === known.of ? { ...known.cards, ...given.cards } : given.cards };
      typed.value = given.words.join(" ");
      seen = given;
    }
    return given.run === get("run") ? known.cards[key] : undefined;
  };

  return () => {
    const [tokens, layer, at, position, picked] = ["tokens", "layer", "head", "position", "picked"].map(get);
    drawText();
    drawStrip(tokens, position, get("rarely_seen"));
    showLayer(layer, String(layer));
    showHead(at, String(at));
    const key = `${layer} ${at} ${position}`;
    const here = card(key);
    columns.attr("data-stale", here ? null : "").attr("data-key", here ? key : null);
    missing.style("display", here || get("kernel") ? "none" : null);
    if (!here) {
      if (asked !== key && get("kernel")) ask({ layer, head: at, position }, (asked = key) && true);
      return;
    }
    asked = "";
    const words = get("cards").words;
    showPlane(words.length ? "words" : "spread");
    showView(get("view"));
    const off = !get("kernel");
    planes.selectAll("form input, form button, [data-option=spread], [data-option=words]").property("disabled", off);
    planes.attr("title", off ? t("needs_kernel") : null);
    suggestion = here.moved.map((token) => token.trim()).join(" ");
    typed.placeholder = t("plane_hint");

    // who hands over what
    const order = [...here.lengths.keys()].sort((a, b) => here.lengths[b] - here.lengths[a] || a - b);
    const most = order[0];
    const source = get("source") >= 0 && get("source") <= position ? get("source") : most;
    const top = new Set(order.slice(0, SOURCES));
    if (!top.has(source)) {
      top.delete(order[SOURCES - 1]);
      top.add(source);
    }
    const largest = here.lengths[most] || 1;
    const rows = [...top].sort((a, b) => a - b).map((s) => ({
      key: s, name: shorten(visible(tokens[s]), 12), value: here.lengths[s], text: `${percent(here.weights[s])}  ${number(here.lengths[s])}`, tone: "value",
    }));
    drawSources(rows, { from: 0, to: largest, chosen: source });
    const others = here.lengths.length - rows.length;
    sum.text(t(others > 0 ? "sum_more" : "sum", { others, length: number(here.length), stream: number(here.stream) }));
    const [place, cell] = [`[${position}]`, `${layer}, ${at}`];
    drawSource({
      formula: [`${percent(here.weights[source])} × ${number(here.weights[source] ? here.lengths[source] / here.weights[source] : 0)} = `, { strong: number(here.lengths[source]) }],
      code: `(trace.pattern[${cell}][${position}, ${source}] * gv.geometry.handed_over(trace, ${cell})[${source}]).norm()`, value: here.lengths[source],
    });
    drawUpdate({
      formula: [t("update", { heads: get("n_head"), layer }), { strong: here.gap.toExponential(0).replace("e-", " × 10⁻").replace(/\d+$/, superscript) }],
      code: `gv.geometry.update_gap(trace, ${layer})`, value: here.gap,
    });

    // arrows
    planeName.text(words.length ? t("through", { words: words.join(", ") }) : t("spread_long"));
    planeShare.text(t("share", { percent: percent(here.share) }));
    drawArrows({ card: here, tokens, source, view: get("view"), dots: float32(get("dots")), names: get("dot_names"), corners: get("corners") });
    const called = words.length ? `gv.geometry.word_plane(gpt, ${JSON.stringify(words)})` : "gv.geometry.word_plane(gpt)";
    const shownLength = here.share * here.length;
    drawShare({
      formula: [t("share_formula", { shown: number(shownLength), length: number(here.length) }), { strong: percent(here.share) }],
      code: `${called}.shown(trace.delta[${cell}]${place})`, value: here.share,
    });

    // what it changes
    const draw = (name, to) => (found) => {
      const list = (found ?? []).map(([id, token, before, after]) => ({
        key: id, name: shorten(visible(token), 12), value: after, other: before, text: `${percent(before)} → ${percent(after)}`, tone: "accent", title: visible(token),
      }));
      to(list, { from: 0, to: Math.max(1e-6, ...list.flatMap((row) => [row.value, row.other])), chosen: picked.startsWith(`${name} `) ? picked.slice(name.length + 1) : undefined });
    };
    draw("lens", drawLens)(here.lens);
    draw("runs", drawRuns)(here.runs);
    runButton.style("display", here.runs ? "none" : null).property("disabled", off || ask.pending);
    const cosines = here.near.flat().map(([, cosine]) => cosine);
    here.near.forEach((list, i) => drawNear[i](list.map(([token, cosine], rank) => ({
      key: rank, name: shorten(visible(token), 12), value: cosine, text: number(cosine), tone: i ? "accent" : "bar", title: visible(token),
    })), { from: Math.min(0, ...cosines), to: Math.max(0.1, ...cosines), chosen: picked.startsWith(`near${i} `) ? picked.slice(6) : undefined }));

    drawPicked(origin(here, picked, { layer, head: at, position, t }));
    const gained = here.lens.reduce((a, b) => (Math.abs(b[3] - b[2]) > Math.abs(a[3] - a[2]) ? b : a));
    return t("spoken", { layer, head: at, token: visible(tokens[position]), length: number(here.length), source: visible(tokens[most]),
      weight: percent(here.weights[most]), name: visible(gained[1]), before: percent(gained[2]), after: percent(gained[3]) });
  };
});

const superscript = (digits) => Array.from(digits, (d) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[d]).join("");

/** Where the number comes from that was picked at the right; at first, the probability that changed most through the lens. */
function origin(card, picked, { layer, head, position, t }) {
  const [panel, key] = picked.split(" ");
  const cell = `${layer}, ${head}`;
  const e = `trace.resid_pre[${layer}][${position}]`;
  const sum = `${e} + trace.delta[${cell}][${position}]`;
  const near = { near0: [0, e, "E"], near1: [1, sum, "E′"] }[panel];
  const found = near && card.near[near[0]]?.[Number(key)];
  if (found) {
    return { formula: [t("cosine", { token: shorten(visible(found[0]), 14), vector: near[2] }), { strong: number(found[1]) }], code: `gv.geometry.nearest(gpt, ${near[1]}, ${card.near[0].length})[${key}][1]`, value: found[1] };
  }
  const list = (panel === "runs" && card.runs) || card.lens;
  const moved = list.reduce((a, b) => (Math.abs(b[3] - b[2]) > Math.abs(a[3] - a[2]) ? b : a));
  const row = list.find(([id]) => String(id) === key) ?? moved;
  const [id, token, before, after] = row;
  const formula = [`${visible(shorten(token, 14))}: ${percent(before)} → `, { strong: percent(after) }];
  if (list === card.runs) {
    return { formula: [t("runs_formula"), ...formula], code: `[each.probs[${position}][${id}].item() for each in (trace.again(without="L${layer}H${head}"), trace)]`, value: [before, after] };
  }
  return { formula: [t("lens_formula"), ...formula], code: `[gv.geometry.read_off(gpt, x).softmax(-1)[${id}].item() for x in (${e}, ${sum})]`, value: [before, after] };
}
