import { bars } from "../core/bars.js";
import { float32, fractions } from "../core/bytes.js";
import { button, segmented } from "../core/choice.js";
import { palette } from "../core/colors.js";
import { explorer } from "../core/explorer.js";
import { expression as lead } from "../core/expression.js";
import { number, percent, thousandths } from "../core/format.js";
import { range } from "../core/range.js";
import { visible } from "../core/tokens.js";
import { axesThrough, byCosine, corners, cosines, dot, minus, norm, parse, placed, sumOf } from "../core/vectors.js";
import { wordMap } from "../core/word_map.js";
import "./embeddings.css";

const LISTED = 14;
const LABELLED = 40; // of the nearest words, before others
const FRAMED = 8; // neighbours of a single word that should be seen
const DOTS = 6000; // words on the map, the often seen ones
const NEAREST = 20;
const MATCHES = 60;
const INVALID = /[\s+\-−]/; // a word that an expression cannot hold

const TRAITS = ["expression", "through", "axes", "dimensions", "zoom", "pan", "turn", "selected", "found", "placed", "error", "kernel"];

export default explorer("embeddings", TRAITS, (tools) => {
  const { root, model, t, change, ask, redraw, signal } = tools;
  const get = (trait) => model.get(trait);
  const [vocabulary, width, variance] = ["vocabulary", "width", "variance"].map(get);
  const ids = get("word_ids").slice(0, DOTS);
  const isWord = new Set(ids);
  const vectors = get("vectors")?.byteLength ? float32(get("vectors")) : null;
  const principal = float32(get("principal"));
  const hues = palette(root, signal, redraw);

  // ---- words and ids
  const typed = new Map(get("typed").map((id) => [vocabulary[id], id]));
  const idOf = (word) => typed.get(` ${word}`) ?? typed.get(word);
  const spellings = (word) => [typed.get(` ${word}`), typed.get(word)].filter((id) => id !== undefined);
  const name = (id) => (vocabulary[id].trim() && vocabulary[id].startsWith(" ") ? vocabulary[id].slice(1) : visible(vocabulary[id]));
  const plain = (id) => idOf(vocabulary[id].trim()) === id && !INVALID.test(vocabulary[id].trim());
  const quoted = (text) => JSON.stringify(text);
  /** Python for a sum of tokens: by its words where they can be written, else by ids. */
  const python = (terms) => {
    if (!terms.every(([, id]) => plain(id))) return terms.map(([sign, id], i) => `${sign < 0 ? "-" : i ? "+ " : ""}gpt.embed.weight[${id}]`).join(" ");
    return `gv.geometry.word_vector(gpt, ${quoted(written(terms, "-"))})`;
  };
  const written = (terms, sign = "−") => terms.map(([s, id], i) => `${s < 0 ? `${sign} ` : i ? "+ " : ""}${vocabulary[id].trim()}`).join(" ");

  // ---- controls
  const form = root.append("form").attr("class", "gv-ask gv-sum");
  const box = form.append("textarea").attr("aria-label", t("expression")).attr("rows", 1).attr("spellcheck", "false").node();
  form.append("button").attr("type", "submit").text(t("find"));
  const search = form.append("input").attr("type", "search").attr("aria-label", t("search")).attr("placeholder", t("search")).attr("spellcheck", "false").node();
  const status = form.append("div").attr("class", "gv-status").attr("role", "status");
  let wrong = ""; // what cannot be looked up
  const run = (expression) => {
    expression = expression.replaceAll("−", "-").trim();
    wrong = "";
    const terms = parse(expression);
    const unknown = terms?.find(([, word]) => idOf(word) === undefined);
    if (!terms || unknown) {
      box.value = expression;
      if (get("kernel")) return ask({ expression }); // it says what is near the word
      wrong = terms ? t("unknown_word", { word: unknown[1] }) : t("no_word");
      return redraw();
    }
    if (!answerable(expression)) {
      wrong = whyNot();
      return redraw();
    }
    change({ expression, zoom: 0, pan: [0, 0], selected: -1, ...(get("error") ? { error: "" } : {}) });
  };
  form.on("submit", (event) => {
    event.preventDefault();
    run(box.value);
  }, { signal });
  form.select("textarea").on("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    run(box.value);
  }, { signal });
  let matches = [];
  form.select("input").on("input", () => {
    const wanted = search.value.trim().toLowerCase();
    const having = (test) => ids.filter((id) => test(vocabulary[id].trim().toLowerCase()));
    matches = wanted ? having((word) => word.startsWith(wanted)).slice(0, MATCHES) : [];
    const exact = matches.find((id) => vocabulary[id].trim().toLowerCase() === wanted);
    change({ selected: exact ?? matches[0] ?? -1 });
  }, { signal });
  form.select("input").on("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    if (get("selected") >= 0) openWord(get("selected"));
  }, { signal });
  const openWord = (id) => {
    search.value = "";
    matches = [];
    if (plain(id)) run(vocabulary[id].trim());
  };

  const tries = root.append("div").attr("class", "gv-tries");
  const attempts = get("tries").map(([expression, expected, rank, first]) => ({ expression, expected, rank, first }));
  for (const [label, of] of [["works", attempts.filter(({ rank }) => rank === 1)], ["fails", attempts.filter(({ rank }) => rank !== 1)]]) {
    if (!of.length) continue;
    const group = tries.append("div").attr("role", "group").attr("aria-label", t(label)).attr("class", `gv-${label}`);
    group.append("span").text(t(label));
    for (const { expression, expected, rank, first } of of) {
      const chip = button(group, "", () => run(expression), signal).attr("data-try", expression).attr("data-rank", rank);
      chip.append("span").text(expression.replaceAll("-", "−"));
      chip.append("b").text(rank === 1 ? ` → ${first}` : ` ≠ ${expected}`);
      chip.attr("title", t(rank === 1 ? "came_first" : "came_later", { expected, rank, first }));
    }
  }

  const controls = root.append("div").attr("class", "gv-controls");
  const drawDimensions = segmented(controls, { label: t("dimensions"), options: [["2", t("two")], ["3", t("three")]] }, (value) => change({ dimensions: Number(value), zoom: 0, pan: [0, 0] }), signal);
  const drawAxes = segmented(controls, { label: t("axes"), options: [["words", t("axes_words")], ["principal", t("axes_principal")]] }, (value) => change({ axes: value, zoom: 0, pan: [0, 0] }), signal);
  const planeBox = controls.append("label").attr("class", "gv-through");
  planeBox.append("span").text(t("through"));
  const plane = planeBox.append("input").attr("aria-label", t("through")).attr("spellcheck", "false").node();
  planeBox.select("input").on("change", () => {
    wrong = "";
    const words = plane.value.split(/[\s,]+/).filter(Boolean);
    const lost = words.find((word) => idOf(word) === undefined);
    if (lost) wrong = t("unknown_word", { word: lost });
    else if (words.length === 1 || words.length > 4) wrong = t("plane_words", { count: words.length });
    else if (vectors && words.length && !axesOf(words.map(idOf))) wrong = t("one_line");
    if (wrong) return redraw();
    change({ through: words.join(" "), axes: "words", zoom: 0, pan: [0, 0] });
  }, { signal });
  const drawZoom = range(controls, { label: t("zoom"), min: 1, max: NEAREST, step: 0.1, marks: [] }, (zoom) => change({ zoom }), signal);
  button(controls, t("reset"), () => {
    search.value = "";
    wrong = "";
    matches = [];
    change({ ...get("start"), selected: -1, ...(get("error") ? { error: "" } : {}) });
  }, signal);
  root.on("keydown.letgo", ({ key }) => {
    if (key !== "Escape") return;
    search.value = "";
    matches = [];
    change({ selected: -1 });
  }, { signal });

  // ---- the map, the list, the numbers
  const main = root.append("div").attr("class", "gv-main");
  const left = main.append("div");
  const caption = left.append("div").attr("class", "gv-caption");
  const drawMap = wordMap(left, { label: t("map"), palette: hues, choose: (id) => change({ selected: id }), open: openWord, change, signal });
  const right = main.append("div").attr("class", "gv-near");
  const head = right.append("div").attr("class", "gv-near-head");
  for (const key of ["without", "with", "token", "cosine"]) head.append("span").text(t(key));
  const drawBars = bars(right, { label: t("nearest"), choose: (id) => change({ selected: Number(id) }), signal });
  const word = right.append("div").attr("class", "gv-word");
  const wordText = word.append("span");
  const neighbours = button(word, t("neighbours"), () => openWord(get("selected")), signal);
  const cards = root.append("div").attr("class", "gv-cards");
  const card = () => {
    const made = cards.append("div").attr("class", "gv-card");
    return { title: made.append("div").attr("class", "gv-card-title"), draw: lead(made, tools) };
  };
  const [near, steps, share] = [card(), card(), card()];

  // ---- what an expression finds, and where its axes lie: computed here from the vectors, or answered by the kernel
  const row = (id) => vectors.subarray(id * width, (id + 1) * width);
  const axesOf = (tokens) => axesThrough(tokens.map((id) => Float64Array.from(row(id))));
  const answerTo = (expression) => [get("found"), ...get("ahead")].find((found) => found.expression === expression);
  const whyNot = () => t(get("ahead").length ? "offline_ahead" : "offline_sum");
  const answerable = (expression) => vectors || get("kernel") || answerTo(expression);
  let solved = { key: null };
  const solve = (expression) => {
    if (solved.key === expression) return solved;
    const words = parse(expression);
    const terms = words.map(([sign, word]) => [sign, idOf(word)]);
    const inputs = new Set(words.flatMap(([, word]) => spellings(word)));
    const vector = sumOf(vectors, width, terms);
    const { cosine, lengths } = cosines(vectors, width, vector);
    const order = byCosine(cosine);
    const ranks = new Uint32Array(order.length);
    order.forEach((id, rank) => (ranks[id] = rank));
    const best = order.find((id) => !inputs.has(id)) ?? order[0];
    const [one, other] = pair(terms, best).map((terms) => sumOf(vectors, width, terms));
    const stepNumbers = [dot(one, other), norm(one), norm(other)];
    return (solved = { key: expression, terms, inputs, order, best, length: norm(vector), steps: stepNumbers, rank: (id) => ranks[id], cosine: (id) => cosine[id], norm: (id) => lengths[id] });
  };
  const answered = () => {
    const found = answerTo(get("expression"));
    if (!found) return null;
    if (solved.key === found) return solved;
    const told = new Map(found.closest.map(([id, ...numbers]) => [id, numbers]));
    const of = (n) => (id) => told.get(id)?.[n];
    return (solved = { ...found, key: found, inputs: new Set(found.inputs), order: found.closest.map(([id]) => id), rank: of(0), cosine: of(1), norm: of(2) });
  };

  /** Where every token and zero lie by an answer: whole numbers in a page of many (`ahead`), else as the kernel sent them. */
  const placesOf = (found) => {
    if (found !== get("found")) return found.largest ? fractions(get("ahead_placed"), get("ahead").indexOf(found), 3 * (vocabulary.length + 1), found.largest) : null;
    return get("placed")?.byteLength ? float32(get("placed")) : null;
  };
  let own = { key: null, places: null, count: 0 };
  /** Where every token lies along the axes through words. */
  const wordPlaces = ({ terms, best }, through) => {
    if (!vectors) {
      const found = answerTo(get("expression"));
      const bytes = get("placed");
      if (own.key !== found || own.bytes !== bytes) own = { key: found, bytes, places: placesOf(found), tokens: found.through_ids };
      return own;
    }
    const four = corners(terms, best);
    const wanted = through ? [through.split(" ").map(idOf)] : four ? [four, four.slice(0, 3)] : terms.length === 2 ? [terms.map(([, id]) => id)] : [];
    const key = String(wanted);
    if (own.key === key) return own;
    for (const tokens of wanted) {
      const axes = axesOf(tokens);
      if (axes) return (own = { key, tokens, places: placed(vectors, width, axes) });
    }
    return (own = { key, places: null });
  };

  let asked = "";
  let inBox = null; // the expression that the box was last given
  return () => {
    const [expression, through, dimensions, selected] = ["expression", "through", "dimensions", "selected"].map(get);
    if (inBox !== expression) box.value = inBox = expression;
    const state = vectors ? solve(expression) : answered();
    const kernelKnows = vectors || (state && answerTo(expression).through === through && (selected < 0 || state.cosine(selected) !== undefined));
    if (!kernelKnows && get("kernel") && asked !== `${expression}|${through}|${selected}`) {
      asked = `${expression}|${through}|${selected}`;
      ask({ expression, through, token: selected });
    }
    const line = wrong || get("error") || (ask.state ? t(ask.state === "busy" ? "looking" : ask.state) : !vectors && !get("kernel") ? whyNot() : "");
    status.attr("data-kind", wrong || get("error") ? "error" : ask.state ? "busy" : "").attr("title", line);
    status.text(line || (search.value.trim() ? t("matches", { count: matches.length }) : t("help")));
    const off = !vectors && !get("kernel");
    for (const input of [box, plane]) input.disabled = off;
    form.select("button").property("disabled", off);
    tries.selectAll("button").property("disabled", function () {
      return !answerable(this.dataset.try);
    }).classed("gv-on", function () {
      return this.dataset.try === expression;
    });
    drawDimensions(String(dimensions));
    if (!state) return;
    asked = "";

    const { terms, inputs, best, order } = state;
    const four = corners(terms, best);
    const inWords = get("axes") === "words";
    const mine = inWords ? wordPlaces(state, through) : null;
    const places = mine?.places ?? principal;
    const byWords = places !== principal;
    drawAxes(byWords ? "words" : "principal");
    if (document.activeElement !== plane && !wrong) plane.value = through;
    plane.placeholder = mine?.tokens && !through ? mine.tokens.slice(0, dimensions + 1).map(name).join(" ") : t("through_example");

    // ---- the map
    const zero = vocabulary.length;
    const at = (id) => [0, 1, 2].map((n) => places[3 * id + n]);
    const sumAt = (terms) => {
      const missing = 1 - terms.reduce((sum, [sign]) => sum + sign, 0);
      return at(zero).map((x, n) => terms.reduce((sum, [sign, id]) => sum + sign * at(id)[n], missing * x));
    };
    const total = sumAt(terms);
    const tone = (id) => (id === best ? "accent" : "ink");
    const mineIds = [...new Set([...terms.map(([, id]) => id), best])];
    const lines = [];
    const line_ = (from, to, kind, hue) => lines.push({ from, to, kind, tone: hue });
    if (four) {
      const [b, c, a, d] = four.map(at);
      line_(b, a, "side", "muted");
      line_(c, total, "side", "muted");
      line_(b, c, "step", "ink");
      line_(a, total, "step", "ink");
      line_(a, d, "answer", "accent");
    } else if (terms.length === 2) {
      const [[first, a], [second, b]] = terms.map(([sign, id]) => [sign, at(id)]);
      if (first > 0 && second < 0) line_(b, a, "step", "ink");
      else for (const tip of [a, b]) line_(at(zero), tip, "step", "ink");
      line_(at(zero), total, second < 0 ? "step" : "answer", second < 0 ? "ink" : "accent");
    }
    const label = written(terms);
    const rings = terms.length > 1 ? [{ at: total, text: label, tone: "accent" }] : [];
    const others = order.slice ? Array.from(order.slice(0, LABELLED)).filter((id) => isWord.has(id)) : [];
    const matters = mineIds.map(at).concat(terms.length > 1 ? [total] : others.slice(0, FRAMED).map(at), terms.length === 2 ? [at(zero)] : []);
    const shownIds = selected >= 0 && !isWord.has(selected) ? [...ids, selected] : ids;
    const cosineOf = (id) => state.cosine(id);
    const describe = (id) => (cosineOf(id) === undefined ? name(id) : t("pointed", { word: name(id), cosine: number(cosineOf(id)) }));
    const view = drawMap({
      places, ids: shownIds, name, describe, dimensions, zoom: get("zoom"), turn: get("turn"), pan: get("pan"), own: mineIds.map((id) => ({ id, tone: tone(id) })), rings, lines,
      first: [...matches, ...others.slice(0, 12)], chosen: selected, matters, sentence: t("map_keys"),
    });
    if (view) drawZoom(Math.round(10 * Math.max(1, Math.min(NEAREST, view.zoom))) / 10, `× ${view.zoom.toFixed(1)}`);
    const held = variance.slice(0, dimensions).reduce((sum, x) => sum + x, 0);
    const names = mine?.tokens?.slice(0, dimensions + 1).map(name) ?? [];
    const said = byWords ? t(names.length > 2 ? (dimensions === 3 && names.length > 3 ? "in_space" : "in_plane") : "in_plane_zero", { words: names.join(", ") })
      : inWords && !mine.places ? t("no_plane", { percent: percent(held) }) : t("in_principal", { count: t(dimensions === 3 ? "three_axes" : "two_axes"), percent: percent(held) });
    caption.text(said).attr("title", said);

    // ---- the list: cosines, and the ranks with and without the words one put in
    const top = Array.from(order.slice(0, LISTED));
    let left_ = 0;
    const rows = top.map((id) => ({ key: String(id), name: visible(vocabulary[id]), value: cosineOf(id), text: number(cosineOf(id)), tone: inputs.has(id) ? "quiet" : id === best ? "accent" : "bar", without: inputs.has(id) ? "–" : String(++left_), title: inputs.has(id) ? t("is_input") : null }));
    const shown = selected >= 0 && cosineOf(selected) !== undefined ? selected : best;
    drawBars(rows, { from: 0, to: 1, chosen: selected >= 0 ? String(selected) : undefined });
    right.selectAll(".gv-bars-row").attr("data-without", (_, i) => rows[i].without).attr("data-with", (_, i) => i + 1).classed("gv-input", (_, i) => rows[i].without === "–");
    right.selectAll(".gv-bars-row").classed("gv-best", (_, i) => top[i] === best).attr("aria-label", (_, i) => `${rows[i].name}: ${t("cosine")} ${rows[i].text}, ${t("with")} ${i + 1}, ${t("without")} ${rows[i].without}`);
    wordText.text(selected < 0 ? t("choose") : `${name(selected)}: ${cosineOf(selected) === undefined ? "…" : t("word_rank", { rank: (state.rank(selected) + 1).toLocaleString("en"), count: vocabulary.length.toLocaleString("en") })}`);
    neighbours.property("disabled", selected < 0 || off || !plain(selected));

    // ---- the numbers, and where they come from
    const cosine = cosineOf(shown);
    near.title.text(t("how_near", { word: name(shown), sum: label }));
    near.draw({
      formula: cosineSteps(`${label}, ${name(shown)}`, cosine * state.length * state.norm(shown), state.length, state.norm(shown)),
      code: `torch.cosine_similarity(${python(terms)}, gpt.embed.weight[${shown}], dim=0)`, value: cosine,
    });
    const [one, other] = pair(terms, best);
    const [product, ...sizes] = state.steps;
    const alike = product / Math.max(1e-12, sizes[0] * sizes[1]);
    steps.title.text(four ? t("steps", { one: written(one), other: written(other) }) : terms.length === 2 ? t("two_words") : t("length_of", { words: label }));
    if (four || terms.length === 2) {
      steps.draw({
        formula: cosineSteps(`${written(one)}, ${written(other)}`, product, ...sizes),
        code: `torch.cosine_similarity(${python(one)}, ${python(other)}, dim=0)`, value: alike,
      });
    } else steps.draw({ formula: [`|${label}| = `, { strong: number(state.length) }], code: terms.every(([, id]) => plain(id)) ? `${python(terms)}.norm()` : `(${python(terms)}).norm()`, value: state.length });

    const arrow = four ? other : terms;
    const [tip, foot] = [sumAt(arrow), at(zero)];
    if (!byWords && !four) {
      share.title.text(t("how_much_of_all"));
      share.draw({ formula: [`${variance.slice(0, dimensions).map((x) => percent(x)).join(" + ")} = `, { strong: percent(held) }], code: `gv.geometry.word_axes(gpt, n=${dimensions}).variance.sum()`, value: held });
    } else {
      const drawn = norm(Array.from({ length: dimensions }, (_, n) => tip[n] - foot[n]));
      const whole = four ? sizes[1] : state.length;
      const axesCode = !byWords ? `gv.geometry.word_axes(gpt, n=${dimensions})` : mine.tokens.every(plain)
        ? `gv.geometry.word_axes(gpt, [${mine.tokens.map((id) => quoted(vocabulary[id].trim())).join(", ")}], n=${dimensions})`
        : `gv.geometry.axes_through(gpt.embed.weight[[${mine.tokens.join(", ")}]], n=${dimensions})`;
      share.title.text(t("how_much"));
      share.draw({ formula: [`|${written(arrow)}|: ${t("drawn")} ${number(drawn)} ÷ ${number(whole)} = `, { strong: percent(Math.min(1, Math.round((1e5 * drawn) / whole) / 1e5)) }], code: `${axesCode}.shown(${python(arrow)})`, value: drawn / whole });
    }
    return t("spoken", { sum: label, best: name(best), cosine: number(cosineOf(best)) }) + (four ? ` ${t("spoken_steps", { one: written(one), other: written(other), cosine: number(alike) })}` : "");
  };
});

/** cos(words) = dot ÷ (length × length), the two lengths on one line. */
const cosineSteps = (words, dot, one, other) => [`cos(${words}) = ${thousandths(dot)} ÷\u00a0(${thousandths(one)}\u00a0×\u00a0${thousandths(other)}) = `, { strong: number(dot / Math.max(1e-12, one * other)) }];

/** The two sums whose cosine is told: the two steps of an analogy, or the two words of a sum, or one word twice. */
function pair(terms, best) {
  const four = corners(terms, best);
  if (four) return [[[1, four[1]], [-1, four[0]]], [[1, four[3]], [-1, four[2]]]];
  return terms.length === 2 ? terms.map(([, id]) => [[1, id]]) : [terms, terms];
}
