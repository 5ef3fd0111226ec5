import { area, curveBumpX } from "d3-shape";
import { bars } from "../core/bars.js";
import { button, segmented, toggle } from "../core/choice.js";
import { palette } from "../core/colors.js";
import { explorer } from "../core/explorer.js";
import { expression } from "../core/expression.js";
import { number, percent } from "../core/format.js";
import { grid } from "../core/grid.js";
import { range } from "../core/range.js";
import { textBox } from "../core/text_box.js";
import { shorten, tokenStrip, visible, windowAround } from "../core/tokens.js";
import { onWidth } from "../core/width.js";
import "./knockout.css";

const ROW_PX = 27;
const HEAD_PX = 22;
const ROWS = 10;
const RANKED = 7;
const PLACES = ["resid_post", "attn_out", "mlp_out", "z"];
const MOST_COLUMNS = 26;
const DARKEST = 46; // percent of the accent, so that words on it can be read

const TRAITS = ["tokens", "rarely_seen", "mode", "without", "position", "other", "other_tokens", "place", "tried", "effect", "selected", "error", "kernel"];

export default explorer("knockout", TRAITS, (tools) => {
  const { root, model, t, change, ask, redraw, signal } = tools;
  const get = (trait) => model.get(trait);
  const colors = palette(root, signal, redraw);
  const [layers, heads] = [get("layers"), get("heads")];

  const drawText = textBox(root, tools);
  const drawStrip = tokenStrip(root, { label: t("position"), markLabel: t("rare_token"), choose: (position) => change({ position, selected: -1 }), signal });
  const body = root.append("div").attr("class", "gv-knockout");
  const left = body.append("div");
  const top = left.append("div").attr("class", "gv-mode");
  const showMode = segmented(top, { label: t("mode"), options: [["parts", t("mode_parts")], ["patch", t("mode_patch")]] }, (mode) => change({ mode, selected: -1 }), signal);
  button(top, t("reset"), () => {
    trying = "";
    change({ ...get("start"), position: Math.min(get("start").position, get("tokens").length - 1) });
  }, signal);
  const panels = left.append("div").attr("class", "gv-panels");

  // ---- heads and MLPs
  const panel = panels.append("div");
  const setParts = (without) => change({ without, selected: -1 });
  const drawParts = partsTable(panel, { layers, heads, t, signal, flip: (part) => {
    const without = get("without");
    setParts(without.includes(part) ? without.filter((each) => each !== part) : [...without, part]);
  } });
  const more = panel.append("form").attr("class", "gv-more");
  const chips = more.append("span").attr("class", "gv-chips");
  const named = more.append("input").attr("type", "text").attr("aria-label", t("add_label")).attr("placeholder", t("add_hint")).attr("spellcheck", "false");
  const adds = more.append("button").attr("type", "submit").text(t("add"));
  const allOn = button(more, t("all_on"), () => setParts([]), signal);
  more.on("submit", (event) => {
    event.preventDefault();
    const part = named.node().value.trim();
    if (!part || get("without").includes(part)) return;
    named.node().value = "";
    ask({ ...present(), mode: "parts", without: [...get("without"), part], set: true }); // the kernel knows what is a part
  }, { signal });
  const tryParts = trial(panel, { t, signal, label: t("try_parts"), start: () => start("parts"), stop: () => start("") });
  const ranking = panel.append("div").attr("class", "gv-part-head");
  ranking.append("b").text(t("ranking"));
  const rankingNote = ranking.append("span");
  const drawRanking = bars(panel, { label: t("ranking"), choose: (part) => get("kernel") && setParts([part]), signal });

  // ---- patches
  const patch = panels.append("div");
  const form = patch.append("form").attr("class", "gv-other");
  const box = form.append("textarea").attr("aria-label", t("other")).attr("placeholder", t("other_hint")).attr("rows", 1).attr("spellcheck", "false").node();
  const takes = form.append("button").attr("type", "submit").text(t("take"));
  const take = () => get("kernel") && ask({ ...present(), other: box.value });
  form.on("submit", (event) => {
    event.preventDefault();
    take();
  }, { signal });
  form.select("textarea").on("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    take();
  }, { signal });
  const otherLine = patch.append("div").attr("class", "gv-note gv-other-tokens");
  const setPlace = (place) => change({ place: { ...get("place"), ...place }, selected: -1 });
  const showWhat = segmented(patch, { label: t("what"), options: PLACES.map((name) => [name, t(`what_${name}`)]) }, (name) => setPlace({ name }), signal);
  let first = 0;
  const drawPlaces = grid(patch, { label: t("places"), heightPx: 236, signal, palette: colors, choose: (layer, column) => setPlace({ layer, position: first + column }) });
  const row = patch.append("div").attr("class", "gv-place-row");
  const showAll = toggle(row, t("everywhere"), (all) => setPlace({ position: all ? -1 : Math.max(0, shared() - 1) }), signal);
  const headBox = row.append("div");
  const showHead = range(headBox, { label: t("head"), min: 0, max: heads - 1, step: 1, marks: [[0, "0"], ...(heads > 1 ? [[heads - 1, String(heads - 1)]] : [])] }, (head) => setPlace({ head }), signal);
  const tryPlaces = trial(patch, { t, signal, label: t("try_places"), start: () => start("patch"), stop: () => start("") });

  // ---- before and after
  const right = body.append("div").attr("class", "gv-moves");
  const heading = right.append("div").attr("class", "gv-moves-head");
  const question = heading.append("b");
  const divergence = heading.append("button").attr("type", "button").attr("class", "gv-kl").on("click", () => change({ selected: -1 }), { signal });
  right.append("div").attr("class", "gv-note").text(t("kl_definition"));
  const drawMoves = moves(right, { t, signal, redraw, choose: (selected) => change({ selected }) });
  const there = right.append("div").attr("class", "gv-note gv-there");
  const drawExpression = expression(right, tools);
  root.on("keydown.unlock", ({ key }) => {
    if (key === "Escape") change({ selected: -1 });
  }, { signal });

  // ---- what is asked of the kernel
  const at = () => Math.min(get("position"), get("tokens").length - 1);
  const present = () => ({ mode: get("mode"), without: get("without"), position: at(), place: get("place") });
  const shared = () => Math.min(get("tokens").length, get("other_tokens").length);
  const placeName = ({ name, layer, head, position }) => [name, layer, ...(name === "z" ? [head] : []), position].join(" ");
  const wantedEffect = () => {
    const [run, place, other] = ["run", "place", "other"].map(get);
    const position = at();
    if (get("mode") === "parts") return `${run} parts ${position} ${get("without").join(",")}`;
    return get("other_tokens").length ? `${run} patch ${position} ${placeName(place)} ${other}` : `${run} patch ${position}`;
  };
  const wantedTrial = (mode) => {
    const { name, head } = get("place");
    return `${get("run")} ${mode} ${at()}${mode === "patch" ? ` ${name} ${name === "z" ? head : 0} ${get("other")}` : ""}`;
  };
  let trying = "";
  let asked = null;
  let refused = "";
  const start = (mode) => {
    trying = mode;
    refused = get("error");
    redraw();
  };
  const known = (mode) => (get("tried")[mode].of === wantedTrial(mode) ? get("tried")[mode].bits : {});
  const count = (mode) => (mode === "parts" ? layers * (heads + 1) : layers * shared());

  return () => {
    const [tokens, mode, without, place, effect, selected, kernel] = ["tokens", "mode", "without", "place", "effect", "selected", "kernel"].map(get);
    const position = at();
    const wanted = wantedEffect();
    const current = effect.of === wanted;
    if (current) asked = null;
    if (trying && (Object.keys(known(trying)).length >= count(trying) || (get("error") && get("error") !== refused))) trying = "";
    if (kernel && !ask.pending) {
      if (!current && asked !== wanted) {
        asked = wanted;
        ask(present(), true);
      } else if (trying) ask({ try: trying, position, place }, true); // a few more of them; stopped by not asking again
    }

    drawText();
    drawStrip(tokens, position, get("rarely_seen"));
    showMode(mode);
    panel.attr("data-off", mode === "parts" ? null : "");
    patch.attr("data-off", mode === "patch" ? null : "");

    const bits = known("parts");
    drawParts({ without, bits, kernel });
    const others = without.filter((part) => !/^L\d+(H\d+|MLP)$/.test(part));
    chips.selectAll("button").data(others).join("button").attr("type", "button").text((part) => `${part} ×`)
      .attr("aria-label", (part) => t("back", { part })).on("click", (_, part) => setParts(without.filter((each) => each !== part)), { signal });
    for (const control of [named, adds, allOn, takes, divergence, chips.selectAll("button")]) control.attr("disabled", kernel || control === divergence ? null : "");
    tryParts({ done: Object.keys(bits).length, all: count("parts"), running: trying === "parts", off: !kernel });
    const ranked = Object.entries(bits).sort((a, b) => b[1] - a[1]).slice(0, RANKED);
    rankingNote.text(ranked.length ? t("ranking_note") : t("not_tried"));
    drawRanking(ranked.map(([part, value]) => ({ key: part, name: part, value, text: value < 0.005 ? "< 0.01" : number(value), tone: without.includes(part) ? "accent" : undefined })),
      { from: 0, to: ranked[0]?.[1] ?? 1, chosen: without.length === 1 ? without[0] : "" });

    // ---- the second text
    const taken = get("other_tokens");
    const places = known("patch");
    if (box.dataset.taken !== get("other")) box.value = box.dataset.taken = get("other");
    box.disabled = !kernel;
    otherLine.text(taken.length ? taken.map(visible).join(" ") : t("no_other")).attr("title", taken.map(visible).join(" "));
    showWhat(place.name);
    headBox.style("visibility", place.name === "z" && mode === "patch" ? null : "hidden");
    showHead(place.head, String(place.head));
    showAll(place.position === -1);
    let last;
    [first, last] = windowAround(place.position === -1 ? position : place.position, taken.length ? shared() : 0, MOST_COLUMNS);
    const largest = Math.log1p(100 * Math.max(1e-6, ...Object.values(places)));
    const placeBits = (layer, column) => places[`${layer} ${first + column}`] ?? NaN;
    drawPlaces({
      rows: Array.from({ length: layers }, (_, layer) => String(layer)), columns: tokens.slice(first, Math.max(first + 1, last)), rowTitle: t("layer"),
      value: placeBits, color: (value) => colors.sequential(Math.log1p(100 * value) / largest),
      chosen: taken.length && place.position >= first && place.position < last ? [place.layer, place.position - first] : null,
      describe: (layer, column) => t("place_cell", { layer, position: first + column, here: visible(tokens[first + column]), there: visible(taken[first + column] ?? ""),
        bits: Number.isNaN(placeBits(layer, column)) ? t("place_untried") : t("place_bits", { bits: number(placeBits(layer, column)) }) }),
    });
    tryPlaces({ done: Object.keys(places).length, all: count("patch"), running: trying === "patch", off: !kernel || !taken.length });

    // ---- the two distributions
    const { rows } = effect;
    const what = mode === "parts" ? (without.length ? t("after_without", { parts: without.join(", ") }) : t("after_nothing")) : taken.length ? t("after_patch") : t("after_nothing");
    question.text(t("question", { token: visible(tokens[position]) }));
    divergence.text(t("kl", { bits: bitsText(effect.bits) }).replace("= <", "<")).attr("aria-pressed", String(!rows.some(([id]) => id === selected)));
    right.attr("data-stale", current ? null : "");
    drawMoves({ rows, vocabulary: effect.vocabulary, selected, what: shorten(what, 30) });
    there.text(mode === "patch" && effect.there ? t("there", { token: visible(effect.there[0]), percent: percent(effect.there[1]) }) : kernel ? "" : t("needs_kernel"));

    const changed = mode === "parts" ? `without=[${without.map((part) => `'${part}'`).join(", ")}]` : taken.length ? `patch={${patchCode(place, get("other"))}}` : "";
    const run = `${get("again")}${changed})`;
    const held = rows.find(([id]) => id === selected);
    if (held && current) {
      const [id, word, p, q] = held;
      const term = p > 0 ? p * Math.log2(p / q) : 0;
      drawExpression({ formula: [t("formula_row", { token: visible(word), p: percent(p), q: percent(q) }) + " ", { strong: t("of_bits", { term: number(term), bits: bitsText(effect.bits) }) }],
        code: `${run}.probs[${position}, ${id}]`, value: q });
    } else if (current) {
      drawExpression({ formula: ["Σ p · log₂(p ÷ q) = ", { strong: t("only_bits", { bits: bitsText(effect.bits) }) }], code: `gv.probes.knockouts.kl_bits(trace.probs[${position}], ${run}.probs[${position}])`, value: effect.bits });
    }
    const best = (side) => rows.reduce((most, row) => (row[side] > most[side] ? row : most));
    const said = (side) => `${visible(best(side)[1])} (${percent(best(side)[side])})`;
    return t("spoken", { what, token: visible(tokens[position]), before: said(2), after: said(3), bits: bitsText(effect.bits) });
  };
});

const bitsText = (bits) => (bits > 0 && bits < 0.0005 ? "< 0.001" : bits < 0.1 ? bits.toFixed(3) : bits.toFixed(2));

/** The entry of a patch in Python: what the other text has at a place. */
const patchCode = ({ name, layer, head, position }, text) => {
  const at = name === "z" ? [layer, head] : [layer];
  const where = position === -1 ? [] : [position];
  return `('${name}', ${[...at, ...where].join(", ")}): gv.trace(gpt, ${JSON.stringify(text)}).${name}[${at.join(", ")}]${where.map((p) => `[${p}]`).join("")}`;
};

/** Layers × heads and MLP: a checkbox for each, coloured by what the prediction owes to it. One stop for Tab, then arrow keys. */
function partsTable(parent, { layers, heads, t, signal, flip }) {
  const names = [...Array(heads).keys()].map((head) => [`H${head}`, String(head)]).concat([["MLP", t("mlp")]]);
  const table = parent.append("div").attr("class", "gv-parts").attr("role", "group").attr("aria-label", t("parts"));
  table.style("--columns", heads).classed("gv-many", heads > 8);
  table.append("span").text(`${t("layer")} ↓ ${t("head")} →`).attr("class", "gv-note");
  for (const [, name] of names) table.append("span").attr("class", "gv-note gv-over").text(name);
  const cells = [];
  for (let layer = 0; layer < layers; layer++) {
    table.append("span").attr("class", "gv-note gv-row-name").text(layer);
    for (const [name] of names) {
      const part = `L${layer}${name}`;
      const cell = table.append("label").attr("class", "gv-part").attr("data-part", part);
      const input = cell.append("input").attr("type", "checkbox");
      const index = cells.length;
      input.on("change", () => flip(part), { signal });
      input.on("keydown", (event) => {
        const width = heads + 1;
        const to = { ArrowLeft: index - 1, ArrowRight: index + 1, ArrowUp: index - width, ArrowDown: index + width, Home: 0, End: layers * width - 1 }[event.key];
        if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
        event.preventDefault();
        if (cells[to]) go(to);
      }, { signal });
      cells.push({ part, cell, input, worth: cell.append("span") });
    }
  }
  let stop = 0;
  const go = (index) => {
    cells[stop].input.attr("tabindex", -1);
    cells[(stop = index)].input.attr("tabindex", 0).node().focus({ preventScroll: true });
  };
  return ({ without, bits, kernel }) => {
    const most = Math.log1p(100 * Math.max(1e-6, ...Object.values(bits)));
    cells.forEach(({ part, cell, input, worth }, index) => {
      const off = without.includes(part);
      const known = bits[part];
      input.property("checked", !off).attr("disabled", kernel ? null : "").attr("tabindex", index === stop ? 0 : -1);
      const name = t(off ? "part_off" : "part_on", { part });
      const label = known === undefined ? name : t("part_worth", { name, bits: number(known) });
      input.attr("aria-label", label);
      cell.classed("gv-off", off).attr("title", label).attr("data-value", known ?? null);
      cell.style("--worth", `${known === undefined ? 0 : Math.round((DARKEST * Math.log1p(100 * known)) / most)}%`);
      worth.text(known === undefined ? "" : known >= 9.95 ? known.toFixed(0) : known >= 0.05 ? known.toFixed(1) : "0");
    });
  };
}

/** A button that starts a row of trials, a bar of how far they are, and the same button to stop them. */
function trial(parent, { t, signal, label, start, stop }) {
  const box = parent.append("div").attr("class", "gv-trial");
  let on = false;
  const act = button(box, label, () => (on ? stop() : start()), signal);
  const bar = box.append("progress").attr("aria-label", label);
  const words = box.append("span").attr("class", "gv-note");
  return ({ done, all, running, off }) => {
    on = running;
    act.text(running ? t("stop") : label).attr("disabled", off || (!running && all > 0 && done >= all) ? "" : null);
    bar.attr("max", Math.max(1, all)).property("value", done);
    words.text(t("tried", { done, all }));
  };
}

/** The likeliest tokens of both sides, each in its own order; a ribbon joins the two places of a token. */
function moves(parent, { t, signal, redraw, choose }) {
  const height = HEAD_PX + (ROWS + 1) * ROW_PX;
  const svg = parent.append("svg").attr("class", "gv-picture gv-slopes").attr("height", height);
  const [before, after] = [svg.append("text").attr("class", "gv-small gv-end"), svg.append("text").attr("class", "gv-small gv-at-text")];
  const ribbons = svg.append("g");
  const list = svg.append("g").attr("role", "listbox").attr("aria-label", t("rows"));
  const rest = ["gv-end", ""].map((style) => svg.append("text").attr("class", `gv-small ${style}`));
  const restName = svg.append("text").attr("class", "gv-small gv-end");
  let width = 0;
  let state = null;
  onWidth(svg.node(), signal, (now) => {
    if (now === width) return;
    width = now;
    redraw();
  });
  list.on("click", (event) => {
    const row = event.target.closest("[data-id]");
    if (row) choose(Number(row.dataset.id));
  }, { signal });
  list.on("keydown", (event) => {
    const ids = state.rows.map(([id]) => id);
    const at = ids.indexOf(Number(event.target.closest("[data-id]")?.dataset.id));
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: ids.length - 1, Enter: at, " ": at }[event.key];
    if (at < 0 || to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const index = Math.max(0, Math.min(ids.length - 1, to));
    choose(ids[index]);
    list.node().children[index]?.focus({ preventScroll: true });
  }, { signal });

  const ribbon = area().curve(curveBumpX).x((p) => p[0]).y0((p) => p[1]).y1((p) => p[2]);
  return (next) => {
    state = next;
    width ||= svg.node().clientWidth || 700;
    svg.attr("viewBox", `0 0 ${width} ${height}`);
    const { rows, vocabulary, selected, what } = state;
    const narrow = width < 560;
    const [nameEnd, numberEnd] = narrow ? [76, 128] : [112, 168];
    const [from, to] = [numberEnd + 8, width - numberEnd - 8];
    const inner = (to - from) * 0.34;
    const most = Math.max(...rows.flatMap(([, , p, q]) => [p, q]), 1e-9);
    const places = [...rows].sort((a, b) => b[3] - a[3]).map(([id]) => id);
    const y = (row) => HEAD_PX + (row + 0.5) * ROW_PX;
    const thick = (p) => Math.max(0.75, (15 * p) / most) / 2;
    const letters = narrow ? 9 : 14;
    const drawn = rows.map(([id, word, p, q], row) => ({
      id, p, q, name: visible(word), rose: q > p, y0: y(row), y1: y(places.indexOf(id)), left: (inner * p) / most, right: (inner * q) / most,
    }));

    before.attr("x", numberEnd).attr("y", 13).text(t("before"));
    after.attr("x", to + 8).attr("y", 13).attr("text-anchor", narrow || what.length > 22 ? "end" : "start").attr("x", narrow || what.length > 22 ? width : to + 8).text(what);
    const group = list.selectAll("g").data(drawn).join((enter) => {
      const made = enter.append("g").attr("class", "gv-move").attr("role", "option");
      for (const side of ["one", "two"]) made.append("rect").attr("class", `gv-band gv-band-${side}`).attr("rx", 4);
      for (const side of ["one", "two"]) made.append("rect").attr("class", `gv-bar gv-bar-${side}`).attr("rx", 2);
      for (const [part, style] of [["name", "gv-end"], ["before", "gv-small gv-end"], ["after", "gv-small"], ["name2", ""]]) made.append("text").attr("data-part", part).attr("class", style).attr("dy", "0.35em");
      made.append("title");
      return made;
    });
    const chosen = rows.some(([id]) => id === selected) ? selected : rows[0]?.[0];
    group.attr("data-id", (d) => d.id).attr("data-before", (d) => d.p).attr("data-after", (d) => d.q).classed("gv-rose", (d) => d.rose);
    group.attr("aria-selected", (d) => String(d.id === selected)).attr("tabindex", (d) => (d.id === chosen ? 0 : -1)).classed("gv-at", (d) => d.id === selected);
    group.attr("aria-label", (d) => t("row", { token: d.name, before: percent(d.p), after: percent(d.q) }));
    group.select("title").text((d) => t("row", { token: d.name, before: percent(d.p), after: percent(d.q) }));
    const half = ROW_PX / 2 - 1;
    group.select(".gv-band-one").attr("x", 0).attr("width", from + inner).attr("y", (d) => d.y0 - half).attr("height", 2 * half);
    group.select(".gv-band-two").attr("x", to - inner).attr("width", width - to + inner).attr("y", (d) => d.y1 - half).attr("height", 2 * half);
    group.select(".gv-bar-one").attr("x", from).attr("width", (d) => Math.max(1, d.left)).attr("y", (d) => d.y0 - 7.5).attr("height", 15);
    group.select(".gv-bar-two").attr("x", (d) => to - Math.max(1, d.right)).attr("width", (d) => Math.max(1, d.right)).attr("y", (d) => d.y1 - 7.5).attr("height", 15);
    group.select("[data-part=name]").attr("x", nameEnd).attr("y", (d) => d.y0).text((d) => shorten(d.name, letters));
    group.select("[data-part=before]").attr("x", numberEnd).attr("y", (d) => d.y0).text((d) => percent(d.p));
    group.select("[data-part=after]").attr("x", to + 8).attr("y", (d) => d.y1).text((d) => percent(d.q));
    group.select("[data-part=name2]").attr("x", width - nameEnd).attr("y", (d) => d.y1).text((d) => shorten(d.name, letters));
    const paths = ribbons.selectAll("path").data(drawn).join("path").attr("class", "gv-ribbon").classed("gv-rose", (d) => d.rose).classed("gv-at", (d) => d.id === selected);
    paths.attr("d", (d) => ribbon([[from + d.left, d.y0 - thick(d.p), d.y0 + thick(d.p)], [to - d.right, d.y1 - thick(d.q), d.y1 + thick(d.q)]]));
    const others = [2, 3].map((side) => Math.max(0, 1 - rows.reduce((sum, row) => sum + row[side], 0)));
    const bottom = y(rows.length) + 4;
    restName.attr("x", nameEnd).attr("y", bottom).text(t("others", { count: (vocabulary - rows.length).toLocaleString("en") }));
    rest[0].attr("x", numberEnd).attr("y", bottom).text(percent(others[0]));
    rest[1].attr("x", to + 8).attr("y", bottom).text(percent(others[1]));
  };
}
