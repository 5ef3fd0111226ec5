import { STAGES, heaviest, mix, share, stages, strongest, withoutFirst } from "./attention.js";
import { arcs } from "./arcs.js";
import { float32 } from "./bytes.js";
import { button, segmented, toggle } from "./choice.js";
import { palette } from "./colors.js";
import { called, expression } from "./expression.js";
import { exponential, number, percent } from "./format.js";
import { grid } from "./grid.js";
import { surface } from "./heat.js";
import { within } from "./pointer.js";
import { shorten, visible } from "./tokens.js";
import { onWidth } from "./width.js";

export const MICROSCOPE = [
  "tokens", "rarely_seen", "qkv", "first", "run", "layer", "head", "query", "key", "stage", "marks", "scale", "transposed", "hidden", "potions", "error", "kernel",
];
const GRID_PX = 392;
const TABLE_PX = 414;
const ROW_PX = [14, 34]; // of the table, least and most
const HEAD_PX = 44;
const FOOT_PX = 26;
const LEAST = 0.025; // of a dot: nothing that may be looked at is invisible
const CHANGE_MS = 180; // from one stage to the next
const STAY_MS = 1300; // on each of them, while it plays
const CELL_PX = 38; // of a number of q, k and their product
const LINES = 4; // of them at once; more are scrolled to

/**
 * Queries, keys and values as they come from the kernel: a small model's all at once, a large one's a layer at a time, asked for when first needed.
 * @returns {() => object | null} the chosen head with its four stages, or null while the kernel is asked
 */
export function headStore({ model, ask }) {
  const get = (trait) => model.get(trait);
  const layers = new Map();
  let [seen, run, asked, memo] = [null, -1, "", {}];
  return () => {
    const [H, D, T, layer, head] = [get("n_head"), get("d_head"), get("tokens").length, get("layer"), get("head")];
    if (seen !== get("qkv")) {
      if (run !== get("run")) layers.clear();
      [seen, run, memo] = [get("qkv"), get("run"), {}];
      const values = float32(seen);
      const size = 3 * H * T * D;
      for (let l = 0; l < values.length / size; l++) layers.set(get("first") + l, values.subarray(l * size, (l + 1) * size));
    }
    const here = layers.get(layer);
    if (here?.length !== 3 * H * T * D) {
      if (asked !== `${run} ${layer}` && get("kernel")) {
        asked = `${run} ${layer}`;
        ask({ layer });
      }
      return null;
    }
    asked = "";
    if (memo.layer !== layer || memo.head !== head) {
      const [q, k, v] = [0, 1, 2].map((which) => here.subarray((which * H + head) * T * D, (which * H + head + 1) * T * D));
      const picture = stages(q, k, T);
      const largest = picture.raw.reduce((most, x) => Math.max(most, Math.abs(x)), 1e-9);
      memo = { layer, head, q, k, v, T, D, largest, z: mix(picture.weight, v, T), left: withoutFirst(picture.weight, T), ...picture };
    }
    return memo;
  };
}

/**
 * One head: its four stages as steps, the text with arcs, the grid, the row of the chosen token key by key, and the numbers of the chosen pair.
 * @param {object} options `full`: also the row key by key and the pair number by number, else the grid alone; `controls`: where the switches go
 * @returns {() => string | void} draws it from the traits; returns what a screen reader says
 */
export function microscope(parent, tools, { full = true, heightPx = GRID_PX, controls = parent } = {}) {
  const { root, model, t, change, redraw, signal } = tools;
  const get = (trait) => model.get(trait);
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  // A change of several traits, or an answer of the kernel, draws more than once: what would look the same is not drawn again.
  let [looks, drawnAs, drawnOf, spoken] = [0, "", null, undefined];
  const again = () => {
    looks++; // another theme or width
    redraw();
  };
  const colors = palette(root, signal, again);
  const role = (name) => t(get("potions") ? { query: "recipe", key: "label", value: "potion" }[name] : name);

  // ---- switches
  const switches = controls.append("div").attr("class", "gv-switches");
  const drawMarks = segmented(switches, { label: t("marks"), options: [["dots", t("dots")], ["colors", t("colors")]] }, (marks) => change({ marks }), signal);
  const drawScale = segmented(switches, { label: t("scale"), options: [["linear", t("linear")], ["log", t("log")]] }, (scale) => change({ scale }), signal);
  const drawTransposed = toggle(switches, t("transposed"), (transposed) => change({ transposed }), signal);
  const drawHidden = toggle(switches, t("hidden"), (hidden) => change({ hidden }), signal);
  const drawPotions = toggle(switches, t("potions"), (potions) => change({ potions }), signal);
  button(switches, t("reset"), () => {
    stop();
    change({ ...get("start") });
  }, signal);

  const box = parent.append("div").attr("class", "gv-microscope");

  // ---- the four steps, each with the number of the chosen pair
  const steps = box.append("div").attr("class", "gv-stages");
  const radios = steps.append("div").attr("class", "gv-stage-cards").attr("role", "radiogroup").attr("aria-label", t("stages"));
  const card = radios.selectAll("button").data(STAGES).join("button").attr("type", "button").attr("role", "radio").attr("class", "gv-stage").attr("data-stage", (stage) => stage);
  const cardHead = card.append("span");
  const cardBody = card.append("span");
  card.on("click", (_, stage) => {
    stop();
    change({ stage });
  }, { signal });
  card.on("keydown", (event, stage) => {
    const by = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
    if (!by || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    stop();
    const to = (STAGES.indexOf(stage) + by + STAGES.length) % STAGES.length;
    change({ stage: STAGES[to] });
    card.nodes()[to].focus();
  }, { signal });
  // with reduced motion nothing moves by itself: the button goes one step on
  let playing;
  const stop = () => {
    clearTimeout(playing);
    playing = undefined;
  };
  signal.addEventListener("abort", stop, { once: true });
  const next = () => {
    const to = (STAGES.indexOf(get("stage")) + 1) % STAGES.length;
    if (!still.matches) playing = to < STAGES.length - 1 ? setTimeout(next, STAY_MS) : undefined;
    change({ stage: STAGES[to] });
  };
  const play = button(steps, t("play"), () => {
    if (playing) stop();
    else if (still.matches) next();
    else {
      playing = setTimeout(next, STAY_MS);
      change({ stage: STAGES[0] });
    }
    redraw();
  }, signal).attr("class", "gv-play");
  still.addEventListener("change", () => redraw(), { signal });

  // ---- the text, the grid, the row
  let here = null;
  let weights = null;
  const choose = (query, key) => change({ query, key });
  const drawArcs = arcs(box, { label: t("sentence"), redraw: again, signal, choose: (query) => choose(query, here ? heaviest(here.weight, here.T, query) : 0) });
  const main = box.append("div").attr("class", full ? "gv-main" : "gv-main gv-alone");
  const left = main.append("div").attr("class", "gv-left");
  const caption = left.append("div").attr("class", "gv-says");
  const [says, legend] = [caption.append("b"), caption.append("span")];
  const drawGrid = grid(left, { label: t("pattern"), signal, palette: colors, heightPx, choose: (r, c) => (get("transposed") ? choose(c, r) : choose(r, c)) });
  const drawTable = full ? keyTable(main, { model, t, colors, signal, redraw: again, role, choose: (key) => choose(get("query"), key) }) : () => "";
  const drawBench = full ? bench(box, { model, t, role, signal }) : () => {};
  const code = box.append("div").attr("class", "gv-code");
  const drawExpression = expression(code, tools);
  const products = code.append("code");
  root.on("keydown.free", ({ key }) => {
    if (key !== "Escape" || !here) return;
    stop();
    choose(...strongest(here.weight, here.T));
  }, { signal });

  const current = headStore(tools);
  let shown = "";
  let moving;
  signal.addEventListener("abort", () => cancelAnimationFrame(moving), { once: true });

  return () => {
    const [tokens, layer, head, stage, log, dots, transposed, hidden] = [
      get("tokens"), get("layer"), get("head"), get("stage"), get("scale") === "log", get("marks") === "dots", get("transposed"), get("hidden"),
    ];
    drawMarks(get("marks"));
    drawScale(get("scale"));
    drawTransposed(transposed);
    drawHidden(hidden);
    drawPotions(get("potions"));
    play.text(still.matches ? t("next") : playing ? t("pause") : t("play"));
    here = current();
    box.attr("data-stale", here ? null : "");
    box.attr("data-shown", here ? `${layer} ${head}` : null);
    if (!here) {
      drawnOf = null;
      says.text(t(get("kernel") ? "asking" : "needs_kernel", { layer }));
      legend.text("");
      return;
    }
    const { T, D } = here;
    const as = [layer, head, stage, log, dots, transposed, hidden, get("potions"), get("query"), get("key"), looks].join(" ");
    if (as === drawnAs && drawnOf === here) return spoken;
    [drawnAs, drawnOf] = [as, here];
    const [query, key] = [Math.min(get("query"), T - 1), Math.min(get("key"), T - 1)];
    weights = hidden ? here.left : here.weight;
    const values = stage === "weight" ? weights : here[stage];
    const names = tokens.map(visible);
    const [asks, asked] = [names[query], names[key]];
    const cell = query * T + key;
    const weight = weights[cell];

    // the steps
    card.attr("aria-checked", (each) => String(each === stage)).attr("tabindex", (each) => (each === stage ? 0 : -1));
    cardHead.data(STAGES).text((each) => t(`stage_${each}`, { query: role("query"), key: role("key"), d_head: D }));
    const [above, aboveTens] = exponential(here.scaled[cell]);
    const [below, belowTens] = exponential(here.logSum[query]);
    const ahead = key > query;
    const gone = hidden && Number.isNaN(weight);
    const renormed = hidden && !gone && !ahead;
    phrase(cardBody, [
      [t("sum_of", { d_head: D }), { b: number(here.raw[cell]) }],
      [`${number(here.raw[cell])} ÷ √${D} = `, { b: number(here.scaled[cell]) }],
      ahead ? [t("is_ahead"), { b: "−∞" }] : [t(key === query ? "is_itself" : "is_before"), { b: number(here.masked[cell]) }],
      ahead ? ["e", { sup: "−∞" }, " = ", { b: "0" }]
        : gone ? [t("is_hidden"), { b: percent(here.weight[cell]) }]
          : ["e", { sup: number(here.scaled[cell]) }, " ÷ Σ = ", above, { sup: aboveTens }, " ÷ ", below, { sup: belowTens }, " = ", ...(renormed ? [`${percent(here.weight[cell])} → `] : []), { b: percent(renormed ? weight : here.weight[cell]) }],
    ]);

    // the text
    const row = weights.subarray(query * T, query * T + T);
    drawArcs({ tokens, query, key, weights: row, marked: get("rarely_seen"), percent });

    // the grid
    const at = transposed ? (r, c) => c * T + r : (r, c) => r * T + c;
    const part = (index, of = stage) => share(of === "weight" ? weights[index] : here[of][index], of, here.largest, log);
    const [rowRole, columnRole] = transposed ? ["key", "query"] : ["query", "key"];
    const sums = (line, along) => {
      let sum = 0;
      for (let other = 0; other < T; other++) sum += along(line, other) || 0;
      return sum ? sum.toFixed(2) : "";
    };
    const picture = {
      rows: tokens, columns: tokens, rowTitle: role(rowRole), columnTitle: role(columnRole),
      value: (r, c) => values[at(r, c)],
      chosen: transposed ? [key, query] : [query, key],
      describe: (r, c) => {
        const [i, j] = transposed ? [c, r] : [r, c];
        return t("cell", { query: names[i], key: names[j], value: said(values[i * T + j], stage, t) });
      },
      rowNote: stage === "weight" && !transposed ? (r) => sums(r, (i, j) => weights[i * T + j]) : undefined,
      columnNote: stage === "weight" && transposed ? (c) => sums(c, (i, j) => weights[i * T + j]).replace(/\.00$/, "") : undefined,
    };
    const paint = (from, done) => {
      const between = (r, c) => {
        const now = part(at(r, c)) || 0;
        return done >= 1 ? now : now * done + (1 - done) * (part(at(r, c), from) || 0);
      };
      const empty = (v) => v === -Infinity || (stage === "weight" && v === 0);
      drawGrid({
        ...picture,
        size: dots ? (v, r, c) => (empty(v) && done >= 1 ? 0 : Math.max(LEAST, Math.abs(between(r, c)))) : undefined,
        color: (v, r, c) => {
          const s = between(r, c);
          if (dots) return s === 0 ? colors.color("quiet") : colors.color(s < 0 ? "below" : "accent");
          return empty(v) ? colors.color("faint") : colors.diverging(s, 1);
        },
      });
    };
    cancelAnimationFrame(moving);
    const [before, now] = [shown, `${layer} ${head} ${get("run")} ${stage}`];
    const wasStage = before.split(" ")[3];
    shown = now;
    if (before && wasStage !== stage && before.startsWith(now.slice(0, -stage.length)) && !still.matches) {
      const began = performance.now();
      const frame = (time) => {
        const done = Math.min(1, (time - began) / CHANGE_MS);
        paint(wasStage, done);
        if (done < 1) moving = requestAnimationFrame(frame);
      };
      paint(wasStage, 0);
      moving = requestAnimationFrame(frame);
    } else paint(stage, 1);
    says.text(t(stage === "weight" ? (hidden ? "says_hidden" : transposed ? "says_columns" : "says_rows") : `says_${stage}`, { d_head: D, cells: T * T }));
    const most = stage === "weight" ? "1" : number(here.largest);
    legend.text(t(`legend_${stage === "weight" ? "weight" : "score"}_${dots ? "dots" : "colors"}`, { most }) + (log ? ` · ${t("is_log")}` : ""));

    // key by key, and number by number
    const mixed = drawTable({ ...here, names, query, key, weights: row, hidden, layer, head });
    products.text(full ? `q × k: ${drawBench({ q: here.q.subarray(query * D, query * D + D), k: here.k.subarray(key * D, key * D + D), asks, asked, query, key, layer, head })}${mixed && `   ${t("mix")}: ${mixed}`}` : "");

    const pair = `[${layer}, ${head}][${query}, ${key}]`;
    const lead = `${asks} → ${asked}: `;
    const shares = `trace.pattern${pair}`;
    const first = here.weight[query * T];
    drawExpression({
      raw: {
        formula: [lead, t("f_raw", { query: role("query"), key: role("key") }), { strong: number(here.raw[cell]) }],
        code: `trace.q[${layer}, ${head}][${query}] @ trace.k[${layer}, ${head}][${key}]`, value: here.raw[cell],
      },
      scaled: { formula: [lead, `${number(here.raw[cell])} ÷ √${D} = `, { strong: number(here.scaled[cell]) }], code: `trace.scaled${pair}`, value: here.scaled[cell] },
      masked: ahead
        ? { formula: [lead, t("f_ahead"), { strong: "−∞" }], code: `trace.masked${pair}.isneginf()`, value: true }
        : { formula: [lead, t("f_masked"), { strong: number(here.masked[cell]) }], code: `trace.masked${pair}`, value: here.masked[cell] },
      weight: renormed
        ? { formula: [lead, `${percent(here.weight[cell])} ÷ (1 − ${percent(first)}) = `, { strong: percent(weight) }], code: `${shares} / (1 - trace.pattern[${layer}, ${head}][${query}, 0])`, value: weight }
        : { formula: [lead, ahead ? t("f_ahead") : t("f_weight", { count: query + 1 }), { strong: percent(here.weight[cell]) }], code: shares, value: here.weight[cell] },
    }[stage]);
    return (spoken = t("spoken", { layer, head, stage: t(`name_${stage}`), query: asks, key: asked, value: said(values[cell], stage, t) }));
  };
}

/** A number as it is said: a weight as a share, a score with two decimals. */
const said = (value, stage, t) => (Number.isNaN(value) ? t("left_out") : stage === "weight" ? percent(value) : value === -Infinity ? "−∞" : number(value));

/** Words with {sup} and {b} among them, one line per element of a selection. */
function phrase(selection, lines) {
  selection.each(function (_, i) {
    const parts = lines[i].map((part) => (typeof part === "string" ? ["span", part] : Object.entries(part)[0]));
    const same = this.children.length === parts.length && parts.every(([tag], p) => this.children[p].localName === tag);
    if (!same) this.replaceChildren(...parts.map(([tag]) => document.createElement(tag)));
    parts.forEach(([, text], p) => {
      if (this.children[p].textContent !== text) this.children[p].textContent = text;
    });
  });
}

/** The row of the chosen token, a line per key: key | q × k | sum | ÷ √d | weight | value; above them the query, below what they mix to. */
function keyTable(parent, { model, t, colors, signal, redraw, role, choose }) {
  const box = parent.append("div").attr("class", "gv-table").style("height", `${TABLE_PX}px`);
  const canvas = box.append("canvas").attr("role", "img").node();
  let [rows, step, top] = [[], 1, HEAD_PX];
  canvas.addEventListener("click", (event) => {
    const row = Math.floor((within(event, canvas)[1] - top) / step);
    if (row >= 0 && row < rows.length) choose(rows[row]);
  }, { signal });
  let widthPx = 0;
  onWidth(box.node(), signal, (exact) => {
    const width = Math.floor(exact);
    if (!width || width === widthPx) return;
    widthPx = width;
    redraw();
  });

  return ({ q, k, v, z, raw, masked, names, T, D, query, key, weights, hidden, layer, head }) => {
    const home = z.subarray(query * D, query * D + D);
    const python = hidden ? "" : `trace.pattern[${layer}, ${head}][${query}] @ trace.v[${layer}, ${head}]`; // without the first token, it is another mix
    const [shown, whole] = called(python, model);
    box.attr("data-expression", whole || null).attr("data-number", whole && JSON.stringify([...home]));
    widthPx ||= box.node().clientWidth;
    if (!widthPx) return shown;
    const context = surface(canvas, widthPx, TABLE_PX);
    const room = Math.floor((TABLE_PX - HEAD_PX - FOOT_PX) / ROW_PX[0]);
    rows = [...Array(T).keys()];
    if (T > room) {
      const heavy = rows.filter((j) => j !== key).sort((a, b) => (weights[b] || 0) - (weights[a] || 0)).slice(0, room - 1);
      rows = [...heavy, key].sort((a, b) => a - b);
    }
    step = Math.min(ROW_PX[1], (TABLE_PX - HEAD_PX - FOOT_PX) / rows.length);
    const [family, narrow] = [getComputedStyle(canvas).fontFamily, widthPx < 520];
    const [nameEnd, numberPx, gap] = narrow ? [84, 0, 10] : [100, 50, 12];
    const weightPx = narrow ? 74 : Math.max(96, Math.min(150, widthPx * 0.22));
    const strip = Math.floor((widthPx - nameEnd - 2 * numberPx - weightPx - 6 * gap) / 3);
    const x = { key: nameEnd + gap };
    x.product = x.key + strip + gap;
    x.raw = x.product + strip + gap + numberPx - 4;
    x.scaled = x.raw + numberPx;
    x.weight = x.scaled + gap + 4;
    x.value = x.weight + weightPx + gap;
    const font = (strong) => (context.font = `${strong ? "600 " : ""}12px ${family}`);
    const write = (words, at, y, hue, align = "left", strong = false) => {
      font(strong);
      context.fillStyle = colors.color(hue);
      context.textAlign = align;
      context.fillText(words, at, y);
    };
    const most = (values) => values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1e-9);
    const cells = (values, left, y, height, color) => {
      for (let d = 0; d < D; d++) {
        const [from, to] = [Math.round((d * strip) / D), Math.round(((d + 1) * strip) / D)];
        context.fillStyle = color(values[d]);
        context.fillRect(left + from, y, Math.max(1, to - from), height);
      }
    };
    const hued = (hue, largest) => (value) => colors.sequential(Math.abs(value) / largest, value < 0 ? "muted" : hue);
    const asking = q.subarray(query * D, query * D + D);
    context.textBaseline = "middle";

    // head: the query above the keys it is held against
    write(`${role("query")} ${shorten(names[query], 12)}`, x.product, 9, "query", "left", true);
    cells(asking, x.key, 3, 12, hued("query", most(asking)));
    write(role("key"), x.key, 31, "key", "left", true);
    write(`${role("query")} × ${role("key")}`, x.product, 31, "ink");
    if (!narrow) {
      write(t("sum"), x.raw, 31, "muted", "right");
      write(`÷ √${D}`, x.scaled, 31, "muted", "right");
    }
    write(t("weight"), x.weight, 31, "accent");
    write(role("value"), x.value, 31, "value", "left", true);

    const [largestK, largestV] = [most(k), most(v)];
    const product = new Float64Array(D);
    const largestProduct = rows.reduce((largest, j) => {
      for (let d = 0; d < D; d++) largest = Math.max(largest, Math.abs(asking[d] * k[j * D + d]));
      return largest;
    }, 1e-9);
    const height = Math.max(5, Math.min(22, step - 5));
    rows.forEach((j, r) => {
      const y = top + r * step;
      const middle = y + step / 2;
      const cell = query * T + j;
      const ahead = j > query;
      if (j === key) {
        context.fillStyle = colors.color("accent-pale");
        context.fillRect(0, y, widthPx, step);
      }
      write(shorten(names[j], narrow ? 11 : 14), nameEnd, middle, j === key ? "accent" : ahead ? "muted" : "ink", "right", j === key);
      context.globalAlpha = ahead ? 0.35 : 1;
      cells(k.subarray(j * D, j * D + D), x.key, middle - height / 2, height, hued("key", largestK));
      for (let d = 0; d < D; d++) product[d] = asking[d] * k[j * D + d];
      cells(product, x.product, middle - height / 2, height, (value) => colors.diverging(value, largestProduct));
      cells(v.subarray(j * D, j * D + D), x.value, middle - height / 2, height, hued("value", largestV));
      context.globalAlpha = 1;
      const tone = j === key ? "accent" : ahead ? "muted" : "ink";
      if (!narrow) {
        write(number(raw[cell]), x.raw, middle, tone, "right");
        write(ahead ? "−∞" : number(masked[cell]), x.scaled, middle, tone, "right");
      }
      const w = weights[j];
      if (w > 0) {
        context.fillStyle = colors.color(j === key ? "accent" : "bar");
        context.fillRect(x.weight, middle - height / 2, Math.max(1, (weightPx - 50) * w), height);
      }
      write(Number.isNaN(w) ? "–" : percent(w), x.weight + weightPx - 2, middle, tone, "right", j === key);
    });

    // foot: the weights sum to 1, the values mix
    const y = top + rows.length * step + 13;
    const sum = weights.reduce((total, w) => total + (w || 0), 0);
    context.fillStyle = colors.color("quiet");
    context.fillRect(x.key, y - 12, widthPx - x.key, 1);
    write(rows.length < T ? t("table_some", { shown: rows.length, all: T }) : "", x.key, y, "muted");
    write(t("table_sum", { sum: percent(Math.round(sum * 1e6) / 1e6) }), x.weight + weightPx - 2, y, "accent", "right", true);
    if (!hidden) cells(home, x.value, y - 6, 12, hued("value", most(home)));
    canvas.drawn = rows.map((j) => ({ key: j, raw: raw[query * T + j], scaled: masked[query * T + j], weight: weights[j] }));
    canvas.mixed = Float32Array.from(home);
    canvas.setAttribute("aria-label", t("table", { query: names[query], count: rows.length }));
    return shown;
  };
}

/** q, k and q × k of the chosen pair, number by number. */
function bench(parent, { model, t, role, signal }) {
  const box = parent.append("div").attr("class", "gv-bench");
  const heads = box.append("div").attr("class", "gv-bench-heads");
  const names = ["query", "key", "product"].map((part) => heads.append("span").attr("data-part", part));
  const lines = box.append("div").attr("class", "gv-bench-cells").attr("tabindex", 0).attr("role", "group");
  let columns = [];
  let perLine = 0;
  const place = (width) => {
    const most = Math.max(4, Math.floor(width / CELL_PX));
    const count = Math.ceil(columns.length / most);
    perLine = Math.ceil(columns.length / count);
    lines.style("grid-template-columns", `repeat(${perLine}, minmax(0, 1fr))`).style("height", `${62 * Math.min(LINES, count) - 4}px`);
  };
  onWidth(lines.node(), signal, (width) => columns.length && place(width));

  return ({ q, k, asks, asked, query, key, layer, head }) => {
    const D = q.length;
    if (columns.length !== D) {
      lines.selectAll("*").remove();
      columns = Array.from({ length: D }, () => {
        const column = lines.append("div");
        return ["query", "key", "product"].map((part) => column.append("span").attr("data-part", part).node());
      });
      place(lines.node().clientWidth || 960);
    }
    names[0].text(`${role("query")} ${shorten(asks, 12)}`);
    names[1].text(`× ${role("key")} ${shorten(asked, 12)}`);
    names[2].text("= q × k");
    const product = Float64Array.from(q, (value, d) => value * k[d]);
    const tones = [[q, "query"], [k, "key"], [product, ""]].map(([values, hue]) => {
      const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-9);
      return (value) => `color-mix(in srgb, var(--gv-${value < 0 ? (hue ? "muted" : "below") : hue || "accent"}) ${Math.round((45 * Math.abs(value)) / largest)}%, var(--gv-back))`;
    });
    columns.forEach((parts, d) => {
      [q[d], k[d], product[d]].forEach((value, p) => {
        parts[p].textContent = Math.abs(value) < 99.95 ? short(value) : number(value).split(".")[0];
        parts[p].style.background = tones[p](value);
      });
    });
    lines.attr("aria-label", t("bench", { query: asks, key: asked, d_head: D }));
    const [shown, whole] = called(`trace.q[${layer}, ${head}][${query}] * trace.k[${layer}, ${head}][${key}]`, model);
    box.attr("data-expression", whole).attr("data-number", JSON.stringify([...product]));
    return shown;
  };
}

/** At most five characters: two decimals, one where there are tens. */
const short = (value) => (Math.abs(value) < 9.995 ? number(value) : number(Math.round(10 * value) / 10).slice(0, -1));
