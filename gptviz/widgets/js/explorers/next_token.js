import { scaleLinear } from "d3-scale";
import { area, curveBumpX } from "d3-shape";
import { float32 } from "../core/bytes.js";
import { distribution, draw as drawToken, ranking } from "../core/distribution.js";
import { explorer } from "../core/explorer.js";
import { exponential, number, percent } from "../core/format.js";
import { range } from "../core/range.js";
import { textBox } from "../core/text_box.js";
import { shorten, tokenStrip, visible } from "../core/tokens.js";
import { onWidth } from "../core/width.js";
import "./next_token.css";

const ROWS = 12;
const OTHERS = ROWS; // the row below them
const ROW_PX = 25;
const HEAD_PX = 24;
const HEIGHT_PX = HEAD_PX + (ROWS + 1) * ROW_PX;
const MOST_K = 100; // the slider's last step, 101, means all
const REFUSED = 2; // OpenAI's API takes temperatures of 0 to 2

const TRAITS = ["tokens", "rarely_seen", "vocabulary", "logits", "first", "position", "temperature", "top_k", "top_p", "selected", "tally", "error", "kernel"];

export default explorer("next_token", TRAITS, (tools) => {
  const { root, model, t, change, ask, redraw, signal } = tools;
  const get = (trait) => model.get(trait);

  // ---- controls
  const drawText = textBox(root, tools);
  const drawStrip = tokenStrip(root, { label: t("position"), markLabel: t("rare_token"), choose: (position) => change({ position }), signal });
  const caption = root.append("div").attr("class", "gv-caption");
  const [question, hint] = [caption.append("span"), caption.append("span").text(t("lock"))];
  const ranges = root.append("div").attr("class", "gv-ranges");
  const showTemperature = range(ranges, {
    label: t("temperature"), min: 0, max: 10, step: 0.05, from: REFUSED, fromLabel: t("refused"),
    marks: [[0, "0"], [1, "1"], [2, "2"], [10, "10"]],
  }, (temperature) => change({ temperature }), signal);
  const all = Math.min(MOST_K + 1, get("vocabulary").length);
  const showTopK = range(ranges, { label: t("top_k"), min: 1, max: all, step: 1, marks: [[1, "1"], ...[10, 50].filter((k) => k < all / 1.5).map((k) => [k, String(k)]), [all, t("all")]] },
    (k) => change({ top_k: k === all ? null : k }), signal);
  const showTopP = range(ranges, { label: t("top_p"), min: 0.01, max: 1, step: 0.01, marks: [[0.01, "0.01"], [0.5, "0.5"], [1, "1"]] },
    (top_p) => change({ top_p }), signal);

  const drawSteps = steps(root, t);
  const chain = chainPicture(root, { t, signal, redraw, select: (id) => change({ selected: id }) });

  const foot = root.append("div").attr("class", "gv-foot");
  const entropy = foot.append("span").attr("class", "gv-entropy");
  const drawn = foot.append("span").attr("class", "gv-drawn");
  const button = (label, act) => foot.append("button").attr("type", "button").text(label).on("click", act, { signal });
  button(t("sample"), () => sample(1));
  button(t("sample_many"), () => sample(100));
  button(t("reset"), () => change({ ...get("start"), position: Math.min(get("start").position, get("tokens").length - 1), selected: -1, tally: {} }));
  root.on("keydown.unlock", ({ key }) => {
    if (key === "Escape") change({ selected: -1 });
  }, { signal });

  // ---- the logits of one position, and who is ahead of whom there: sorted once per position, not once per picture
  let row = { logits: null, position: -1, values: null, order: null };
  const logitsAt = (position) => {
    const [logits, first, size] = [get("logits"), get("first"), get("vocabulary").length];
    if (row.logits === logits && row.position === position) return row;
    const values = float32(logits).subarray((position - first) * size, (position - first + 1) * size);
    if (position < first || values.length < size) return null;
    return (row = { logits, position, values, order: ranking(values) });
  };
  let asked = -1;
  let shown = null;

  const sample = (draws) => {
    if (!shown) return;
    const { of, order, picture } = shown;
    const tally = get("tally");
    const counts = tally.of === of ? { ...tally.counts } : {};
    let u, id;
    for (let i = 0; i < draws; i++) {
      id = drawToken(picture, order, (u = Math.random()));
      counts[id] = (counts[id] ?? 0) + 1;
    }
    change({ tally: { of, counts, last: id, u } });
  };

  return () => {
    const [tokens, vocabulary, position, temperature, topK, topP] = ["tokens", "vocabulary", "position", "temperature", "top_k", "top_p"].map(get);
    drawText();
    drawStrip(tokens, position, get("rarely_seen"));
    showTemperature(temperature, temperature.toFixed(2));
    showTopK(topK ?? all, topK === null ? t("all") : String(topK));
    showTopP(topP, topP.toFixed(2));

    const here = logitsAt(position);
    chain.stale(!here);
    if (!here) {
      // GPT-2 has 50,257 logits for each token: one position at a time
      if (asked !== position && get("kernel")) ask({ position: (asked = position) });
      return;
    }
    asked = -1;
    const { values, order } = here;
    const picture = distribution(values, order, { temperature, topK, topP });
    const of = [get("run"), position, temperature, topK, topP].join(" ");
    const tally = get("tally");
    const draws = tally.of === of ? tally : { counts: {} };
    shown = { of, order, picture };

    const top = order.subarray(0, ROWS);
    const held = top.includes(get("selected"));
    const at = held ? top.indexOf(get("selected")) : 0;
    const rows = Array.from(top, (id, rank) => ({
      id, name: visible(vocabulary[id]), logit: values[id], scaled: values[id] / temperature, before: picture.probs[id],
      kept: rank < picture.kept, share: rank < picture.kept ? picture.probs[id] / picture.mass : 0, drawn: draws.counts[id] ?? 0,
    }));
    drawSteps(rows[at], { temperature, at, held, picture, size: values.length });
    chain.draw({ rows, at, held, temperature, picture, values, order, draws });

    const next = get("ids")[position + 1] ?? -1;
    const rank = order.indexOf(next);
    question.text(t("question", { token: visible(tokens[position]) }) + (next < 0 ? "" : " " + t("goes_on", {
      token: visible(vocabulary[next]), rank: rank + 1, percent: percent(rank < picture.kept ? picture.probs[next] / picture.mass : 0) })));
    hint.classed("gv-held", held);

    const bits = picture.entropy.toFixed(2);
    entropy.text(`${t("entropy", { bits })}: ${picture.kept === 1 ? t("choice") : t("choices", { choices: choices(picture.entropy) })}`);
    const total = Object.values(draws.counts).reduce((sum, n) => sum + n, 0);
    drawn.text(total ? t("draws", { draws: total, token: shorten(visible(vocabulary[draws.last]), 12) }) : t("no_draws"));
    return t("spoken", { after: visible(tokens[position]), token: rows[at].name, percent: percent(rows[at].share), bits });
  };
});

const choices = (bits) => number(2 ** bits).replace(/\.(\d)\d$/, ".$1");

/** The formula of each step with the numbers of one row. */
function steps(root, t) {
  const box = root.append("div").attr("class", "gv-steps");
  const step = () => {
    const card = box.append("div").attr("class", "gv-step");
    return [card.append("span"), card.append("span")];
  };
  const [[logitHead, logit], [dividedHead, divided], [softmaxHead, softmax], [cutHead, cut]] = [step(), step(), step(), step()];
  const logitValue = logit.append("b");
  const [dividedBy, dividedValue] = [divided.append("span"), divided.append("b")];
  const parts = {};
  for (const name of ["e", "x", "is", "above", "aboveTens", "over", "sum", "sumTens", "gives", "p"]) {
    parts[name] = softmax.append({ x: "sup", aboveTens: "sup", sumTens: "sup", p: "b" }[name] ?? "span");
  }
  const [cutBy, cutValue] = [cut.append("span"), cut.append("b")];

  return (row, { temperature, at, held, picture, size }) => {
    logitHead.text(t(held ? "step_logit_held" : "step_logit", { token: shorten(row.name, 16) }));
    logitValue.text(number(row.logit));
    dividedHead.text(t("step_divided"));
    softmaxHead.text(t("step_softmax"));
    const argmax = temperature === 0;
    dividedBy.text(argmax ? t(at === 0 ? "argmax" : "not_largest") : `${number(row.logit)} ÷ ${temperature.toFixed(2)} = `);
    dividedValue.text(argmax ? "" : number(row.scaled));
    const [above, aboveTens] = exponential(row.scaled);
    const [sum, sumTens] = exponential(picture.logSum);
    const words = argmax ? {} : { e: "e", x: number(row.scaled), is: " ÷ Σ = ", above, aboveTens, over: " ÷ ", sum, sumTens, gives: " = " };
    for (const [name, part] of Object.entries(parts)) part.text(words[name] ?? "");
    parts.p.text(percent(row.before));
    cutHead.text(t("step_cut", { kept: picture.kept.toLocaleString("en"), all: size.toLocaleString("en") }));
    const whole = picture.kept === size || argmax;
    cutBy.text(!row.kept ? `${t("was_cut")} → ` : whole ? `${t("nothing_cut")} → ` : `${percent(row.before)} ÷ ${percent(picture.mass)} = `);
    cutValue.text(percent(row.share));
  };
}

/** The rows from logit to bar, joined by ribbons through the two columns in which all tokens together are 1. */
function chainPicture(root, { t, signal, redraw, select }) {
  const svg = root.append("svg").attr("class", "gv-picture").attr("height", HEIGHT_PX);
  const lane = [...Array(ROWS + 1).keys()];
  const y = (index) => HEAD_PX + index * ROW_PX;
  const heads = svg.append("g").selectAll("text").data(["token", "logit", "divided", "softmax", "kept", "probability", "drawn"]).join("text");
  heads.attr("class", "gv-small").attr("y", 13).text((key) => t(key));
  const list = svg.append("g").attr("role", "listbox").attr("aria-label", t("rows"));
  const row = list.selectAll("g").data(lane).join("g").attr("class", "gv-row").attr("transform", (i) => `translate(0,${y(i)})`);
  const part = (name, tag, style) => row.append(tag).attr("class", style).attr("data-part", name);
  const whole = part("whole", "rect", "gv-lane").attr("y", 0).attr("height", ROW_PX);
  const bands = ["left", "right"].map((side) => part(side, "rect", "gv-band").attr("rx", 4).attr("y", 1).attr("height", ROW_PX - 2));
  const full = row.append("title"); // a long token is shortened in its row
  const text = (name, style) => part(name, "text", style).attr("y", ROW_PX / 2).attr("dy", "0.35em");
  const name = text("token", "gv-name gv-end");
  const logit = text("logit", "gv-end gv-number");
  const scaled = text("scaled", "gv-end gv-number");
  const track = part("track", "rect", "gv-whole").attr("y", 6).attr("height", ROW_PX - 12).attr("rx", 1.5);
  const bars = ["logit-bar", "scaled-bar", "bar"].map((which) => part(which, "rect", "gv-bar").attr("y", 6).attr("height", ROW_PX - 12).attr("rx", 1.5));
  const share = text("share", "gv-share gv-end");
  const ring = part("tally", "circle", "gv-tally").attr("cy", ROW_PX / 2).attr("r", 4);
  const count = text("count", "gv-small gv-end");
  const hit = list.selectAll("g.gv-row").filter((i) => i < ROWS).attr("role", "option");
  // 12 rows, the others that are kept, the others that are cut
  const slots = [...lane, ROWS + 1];
  const layer = () => svg.append("g").selectAll("path").data(slots).join("path");
  const ribbons = [layer(), layer(), layer()].map((paths) => paths.attr("class", "gv-ribbon"));
  const slices = () => svg.append("g").selectAll("rect").data(slots).join("rect").attr("class", "gv-slice");
  const columns = [slices(), slices()];
  const dart = svg.append("path").attr("class", "gv-dart");

  let state = null;
  let pointed = null;
  hit.on("click", (_, i) => select(state.rows[i].id), { signal });
  hit.on("pointerenter", (_, i) => point(i), { signal });
  hit.on("pointerleave", () => point(null), { signal });
  hit.on("keydown", (event, i) => {
    const to = { ArrowUp: i - 1, ArrowDown: i + 1, Home: 0, End: ROWS - 1 }[event.key] ?? (event.key === "Enter" || event.key === " " ? i : null);
    if (to === null || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const index = Math.max(0, Math.min(state.rows.length - 1, to));
    select(state.rows[index].id);
    row.nodes()[index].focus({ preventScroll: true });
  }, { signal });
  const point = (i) => {
    pointed = i;
    redraw();
  };

  const ribbon = area().curve(curveBumpX).x((p) => p[0]).y0((p) => p[1]).y1((p) => p[2]);
  const stack = scaleLinear([0, 1], [y(0) + 1, y(ROWS + 1) - 1]);
  let x = null;
  const place = (width) => {
    const size = width >= 760 ? "wide" : width >= 520 ? "narrow" : "tight";
    const [nameEnd, barPx, numberPx, gap, thick] = {
      wide: [132, 48, 56, Math.min(80, width / 15), 18],
      narrow: [96, 0, 52, 32, 18],
      tight: [78, 0, 44, 24, 12], // no column of ÷ T: the formula has it
    }[size];
    const logitEnd = nameEnd + numberPx;
    const scaledEnd = size === "tight" ? logitEnd : logitEnd + barPx + numberPx + 4;
    const from = scaledEnd + barPx + 8;
    const [a, b] = [from + gap, from + 2 * gap + thick];
    x = { size, width, logitEnd, scaledEnd, from, a, b, thick, bar: b + thick + gap, share: width - (size === "tight" ? 34 : 46), count: width - 4 };
    x.barPx = barPx;
    x.scale = scaleLinear([0, 1], [0, Math.max(10, x.share - 58 - x.bar)]);
    svg.attr("viewBox", `0 0 ${width} ${HEIGHT_PX}`);
    heads.attr("x", (_, i) => [nameEnd, logitEnd, scaledEnd, a + thick / 2, b + thick / 2, x.bar, x.count][i]);
    heads.style("display", (key) => (size === "tight" && (key === "divided" || key === "kept") ? "none" : null));
    scaled.style("display", size === "tight" ? "none" : null);
    heads.attr("class", (_, i) => `gv-small ${["gv-end", "gv-end", "gv-end", "gv-middle", "gv-middle", "", "gv-end"][i]}`);
    whole.attr("x", 0).attr("width", width);
    bands[0].attr("x", 0).attr("width", from - 2);
    bands[1].attr("x", x.bar - 4).attr("width", width - x.bar + 4);
    track.attr("x", x.bar).attr("width", x.scale(1));
    name.attr("x", nameEnd);
    logit.attr("x", logitEnd);
    scaled.attr("x", scaledEnd);
    share.attr("x", x.share);
    count.attr("x", x.count);
  };
  onWidth(svg.node(), signal, (width) => {
    if (width === x?.width) return;
    place(width);
    redraw();
  });

  const stale = (yes) => svg.attr("data-stale", yes ? "" : null);
  const draw = (next) => {
    state = next;
    if (!x) place(svg.node().clientWidth || 960);
    const { rows, temperature, picture, values, order, draws } = state;
    const at = pointed ?? state.at;
    const rest = values.length - rows.length;
    const keptRest = Math.max(0, picture.kept - rows.length);
    const before = rows.map((r) => r.before);
    const shareOf = (ids) => ids.reduce((sum, id) => sum + picture.probs[id], 0);
    const keptOthers = shareOf(order.subarray(rows.length, Math.max(rows.length, picture.kept)));
    before.push(keptOthers, shareOf(order.subarray(Math.max(rows.length, picture.kept))));
    const after = [...rows.map((r) => r.share), keptOthers / picture.mass, 0];
    const total = Object.values(draws.counts).reduce((sum, n) => sum + n, 0);
    const counted = rows.map((r) => r.drawn);
    counted.push(total - counted.reduce((sum, n) => sum + n, 0));

    const isCut = (i) => (i < rows.length ? !rows[i].kept : i === OTHERS ? keptRest === 0 : true);
    row.style("display", (i) => (i < rows.length || (i === OTHERS && rest) ? null : "none"));
    row.classed("gv-at", (i) => i === at).classed("gv-cut", isCut);
    full.text((i) => rows[i]?.name ?? "");
    row.attr("data-id", (i) => rows[i]?.id ?? null);
    hit.attr("aria-selected", (i) => String(i === state.at)).attr("tabindex", (i) => (i === state.at ? 0 : -1));
    hit.attr("aria-label", (i) => rows[i] && `${rows[i].name}: ${rows[i].kept ? percent(rows[i].share) : t("was_cut")}`);
    name.text((i) => (i < rows.length ? shorten(rows[i].name, { wide: 16, narrow: 11, tight: 9 }[x.size]) : i === OTHERS ? t(x.size === "wide" ? "others" : "others_short", { count: rest.toLocaleString("en") }) : ""));
    const largest = rest ? values[order[rows.length]] : 0; // of the others
    const logits = [...rows.map((r) => r.logit), largest];
    const under = (i) => (i === OTHERS ? "≤ " : "");
    logit.text((i) => (i < logits.length ? under(i) + number(logits[i]) : ""));
    scaled.text((i) => (i >= logits.length ? "" : temperature === 0 ? (i === 0 ? "max" : "") : under(i) + number(logits[i] / temperature)));
    const span = scaleLinear([Math.min(0, logits[rows.length - 1]), Math.max(0, logits[0])], [0, x.barPx]).clamp(true);
    for (const [bar, left, by] of [[bars[0], x.logitEnd + 6, 1], [bars[1], x.scaledEnd + 6, temperature]]) {
      bar.attr("x", (i) => left + Math.min(span(0), span(logits[i] / by || 0)));
      bar.attr("width", (i) => (i < rows.length && by ? Math.abs(span(logits[i] / by) - span(0)) : 0));
    }
    bars[2].attr("x", x.bar).attr("width", (i) => x.scale(after[i] ?? 0));
    share.text((i) => (isCut(i) ? t("was_cut") : percent(after[i])));
    ring.attr("cx", (i) => x.bar + x.scale(total ? counted[i] / total : 0)).style("display", (i) => (total && counted[i] ? null : "none"));
    count.text((i) => (total && !isCut(i) ? counted[i] : ""));

    // ribbons: row → its part of the softmax column → its part of what is kept → row
    let [topA, topB] = [0, 0];
    const spans = slots.map((i) => {
      const lanes = Math.min(i, OTHERS);
      const one = { row: [y(lanes) + 5, y(lanes + 1) - 5], a: [stack(topA), stack(topA + before[i])], b: [stack(topB), stack(topB + after[i])] };
      topA += before[i];
      topB += after[i];
      return one;
    });
    const joins = [["row", "a", x.from, x.a], ["a", "b", x.a + x.thick, x.b], ["b", "row", x.b + x.thick, x.bar - 2]];
    joins.forEach(([left, right, from, to], join) => {
      ribbons[join].attr("d", (i) => {
        const there = join === 0 ? before[i] : after[i];
        return there > 0 ? ribbon([[from, ...spans[i][left]], [to, ...spans[i][right]]]) : null;
      });
    });
    for (const paths of ribbons) paths.classed("gv-at", (i) => i === at).classed("gv-cut", isCut);
    for (const [column, key, left] of [[columns[0], "a", x.a], [columns[1], "b", x.b]]) {
      column.attr("x", left).attr("width", x.thick).attr("y", (i) => spans[i][key][0]).attr("height", (i) => spans[i][key][1] - spans[i][key][0]);
      column.classed("gv-at", (i) => i === at).classed("gv-cut", isCut);
    }
    const hitY = stack(draws.u ?? 0);
    dart.attr("d", total ? `M${x.b - 9},${hitY - 5}L${x.b - 1},${hitY}L${x.b - 9},${hitY + 5}ZM${x.b},${hitY}H${x.b + x.thick}` : null);
  };
  return { draw, stale };
}
