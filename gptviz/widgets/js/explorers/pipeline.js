import { float32 } from "../core/bytes.js";
import { button } from "../core/choice.js";
import { palette } from "../core/colors.js";
import { distribution, draw as drawToken, ranking } from "../core/distribution.js";
import { explorer } from "../core/explorer.js";
import { expression } from "../core/expression.js";
import { number, percent } from "../core/format.js";
import { range } from "../core/range.js";
import { textBox } from "../core/text_box.js";
import { shorten, visible } from "../core/tokens.js";
import { machine } from "./pipeline/machine.js";
import { openedStage } from "./pipeline/opened.js";
import { onWidth } from "../core/width.js";
import "./pipeline.css";

const BEST = 10;
const NEURONS = 12;
const LEAST_PX = 520; // in a narrower column, the pictures scroll
const PAUSE_MS = 700; // between two steps of the loop
const STEPS = ["predict", "sample", "append"];

const TRAITS = ["tokens", "rarely_seen", "first", "blocks", "heads", "stream", "after", "patterns", "fired", "final", "heads_sent", "head_arrays", "layers_sent", "layer_arrays", "rows_sent",
  "row_arrays", "vocabulary", "promotes", "near", "position", "layer", "head", "opened", "key", "neuron", "token", "temperature", "drawn", "error", "kernel", "run"];

export default explorer("pipeline", TRAITS, (tools) => {
  const { root, model, t, change, ask, redraw, signal } = tools;
  const get = (trait) => model.get(trait);
  const config = get("config");
  const hues = palette(root, signal, redraw);
  const free = { key: -1, neuron: -1, token: -1 };

  // ---- controls
  const drawText = textBox(root, tools);
  const controls = root.append("div").attr("class", "gv-pipeline-controls");
  const loop = controls.append("div").attr("class", "gv-loop").attr("role", "group").attr("aria-label", t("loop"));
  const chips = loop.append("ol").selectAll("li").data(STEPS).join("li").text((step) => t(step));
  const stepButton = button(loop, t("step"), () => step(), signal);
  const runButton = button(loop, t("go_on"), () => (running ? stop() : start()), signal);
  const said = loop.append("span").attr("class", "gv-loop-said").attr("role", "status");
  const ends = (count) => [[0, "0"], [count - 1, String(count - 1)]].slice(0, count > 1 ? 2 : 1);
  const showLayer = range(controls, { label: t("layer"), min: 0, max: Math.max(0, config.n_layer - 1), step: 1, marks: ends(config.n_layer) }, (layer) => openStage({ layer, kind: get("opened") === "mlp" ? "mlp" : "head" }), signal);
  const showHead = range(controls, { label: t("head"), min: 0, max: Math.max(0, config.n_head - 1), step: 1, marks: ends(config.n_head) }, (head) => openStage({ head, kind: "head" }), signal);
  const showTemperature = range(controls, { label: t("temperature"), min: 0, max: 4, step: 0.05, marks: [[0, "0"], [1, "1"], [2, "2"], [4, "4"]] }, (temperature) => change({ temperature, drawn: {} }), signal);
  button(controls, t("reset"), () => {
    stop();
    change({ ...get("start"), ...free, position: get("tokens").length - 1, drawn: {} });
  }, signal).attr("class", "gv-reset");
  root.on("keydown.unlock", ({ key }) => {
    if (key !== "Escape") return;
    stop();
    change({ ...free, position: get("tokens").length - 1 });
  }, { signal });

  const openStage = ({ kind, layer = get("layer"), head = get("head") }) => change({ opened: kind, layer, head, ...free });
  const pick = (row) => change({ position: get("first") + row, ...free, drawn: {} });
  const drawMachine = machine(root, { t, signal, palette: hues, open: openStage, pick });
  const frame = root.append("div").attr("class", "gv-opened-frame");
  const drawOpened = openedStage(frame, {
    t, signal, palette: hues,
    choose: (row, item) => change({ position: get("first") + row, [{ head: "key", mlp: "neuron", logits: "token", tokens: "key" }[get("opened")]]: item }),
  });
  const drawNumber = expression(frame, tools);

  let width = 0;
  onWidth(loop.node().parentNode, signal, (now) => {
    if (Math.abs(Math.max(LEAST_PX, now) - width) < 1) return;
    width = Math.max(LEAST_PX, now);
    redraw();
  });

  // ---- the loop: predict → sample → append, one step at a time or on and on
  let running = false;
  let timer;
  let waiting = -1; // for the run that the appended token makes
  let shown = null;
  const last = () => get("tokens").length - 1;
  const full = () => get("tokens").length >= config.n_ctx;
  const step = () => {
    if (waiting >= 0 || !shown) return;
    if (get("position") !== last()) {
      change({ position: last(), ...free, drawn: {} });
    } else if (!get("drawn").of || get("drawn").of !== shown.of) {
      const u = Math.random();
      change({ drawn: { id: drawToken(shown.picture, shown.order, u), u, of: shown.of } });
    } else if (get("kernel") && !full()) {
      waiting = get("run");
      ask({ append: get("drawn").id });
    }
  };
  const tick = () => {
    clearTimeout(timer);
    if (!running) return;
    const ended = get("drawn").id === config.end && get("drawn").of === shown?.of;
    if (ended || full()) return stop();
    step();
    if (waiting < 0) timer = setTimeout(tick, PAUSE_MS);
  };
  const start = () => {
    running = true;
    redraw();
    tick();
  };
  const stop = () => {
    running = false;
    clearTimeout(timer);
    redraw();
  };
  signal.addEventListener("abort", () => clearTimeout(timer), { once: true });

  // ---- numbers
  let asked = "";
  const cut = (sizes) => (values, from) => sizes.map((size) => values.subarray(from, (from += size)));
  const cache = {};
  const once = (name, keys, make) => {
    if (!cache[name] || keys.some((key, i) => key !== cache[name].keys[i])) cache[name] = { keys, value: make() };
    return cache[name].value;
  };
  const floats = (trait) => once(trait, [get(trait)], () => float32(get(trait)));

  return () => {
    const [tokens, first, position, layer, head, opened, temperature] = ["tokens", "first", "position", "layer", "head", "opened", "temperature"].map(get);
    drawText();
    showLayer(layer, String(layer));
    showHead(head, String(head));
    showTemperature(temperature, temperature.toFixed(2));
    if (waiting >= 0 && !ask.state) {
      // answered: the token is there, or the status line says why not
      const went = get("run") !== waiting;
      waiting = -1;
      running &&= went;
      if (running) timer = setTimeout(tick, PAUSE_MS);
    }
    const [C, D, M, V] = ["d_model", "d_head", "d_mlp", "vocab_size"].map((name) => config[name]);
    const rows = tokens.slice(first);
    const T = rows.length;
    const row = Math.max(0, Math.min(T - 1, position - first));

    const headAt = get("heads_sent").findIndex(([l, h]) => l === layer && h === head);
    const layerAt = get("layers_sent").indexOf(layer);
    const rowAt = get("rows_sent").indexOf(first + row);
    const missing = headAt < 0 || layerAt < 0 || rowAt < 0;
    root.attr("data-stale", missing ? "" : null);
    if (missing) {
      const question = JSON.stringify([layer, head, first + row, get("run")]);
      const again = asked === question;
      asked = question; // before asking, which draws
      if (!again && get("kernel")) ask({ layer, head, position: first + row });
      return;
    }
    asked = "";

    // the distribution after the chosen row
    const size = V + Math.min(BEST, V) * C;
    const numbers = floats("row_arrays").subarray(rowAt * size, (rowAt + 1) * size);
    const scores = once("logits", [get("row_arrays"), rowAt], () => {
      const values = numbers.subarray(0, V);
      return { values, order: ranking(values) };
    });
    const picture = distribution(scores.values, scores.order, { temperature });
    const of = [get("run"), first + row, temperature].join(" ");
    shown = { of, order: scores.order, picture };
    const vocabulary = get("vocabulary");
    const name = (id) => vocabulary[id] ?? t("token_id", { id });
    const best = Array.from(scores.order.subarray(0, Math.min(BEST, V)), (id, i) => ({
      id, name: name(id), logit: scores.values[id], share: picture.probs[id], row: numbers.subarray(V + i * C, V + (i + 1) * C),
    }));
    const rest = Math.max(0, 1 - best.reduce((sum, { share }) => sum + share, 0));
    const sample = get("drawn").of === of ? get("drawn") : null;

    // the loop
    const done = waiting >= 0 ? 2 : sample ? 1 : 0;
    chips.classed("gv-done", (_, i) => i <= done).classed("gv-now", (_, i) => i === done);
    const off = !get("kernel");
    stepButton.property("disabled", (off && !!sample) || waiting >= 0 || (full() && !!sample)).text(t("step_to", { step: t(waiting >= 0 ? "append" : position !== last() ? "predict" : sample ? "append" : "sample") }));
    runButton.property("disabled", off || full()).text(t(running ? "stop" : "go_on"));
    said.text(full() ? t("full", { n_ctx: config.n_ctx }) : sample ? t("drew", { token: shorten(visible(name(sample.id)), 14), u: sample.u.toFixed(3), percent: percent(picture.probs[sample.id]) }) : off ? t("loop_offline") : t("loop_hint"));

    width ||= Math.max(0, root.node().clientWidth - 8);
    if (!width) return; // out of the page, without colours; laid out, the observer tells
    const stage = opened === "head" ? { kind: "head", layer, head } : opened === "mlp" ? { kind: "mlp", layer } : { kind: opened };
    drawMachine(width, {
      rows, row, first, config, blocks: get("blocks"), heads: get("heads"), opened: stage, bars: best, rest, sample,
      stream: floats("stream"), after: floats("after"), patterns: floats("patterns"), fired: floats("fired"), final: floats("final"),
    });

    // what is opened
    const each = 4 * T * D + T * T + T + T * C;
    const [q, k, v, z, pattern, earlier, delta] = cut([T * D, T * D, T * D, T * D, T * T, T, T * C])(floats("head_arrays"), headAt * each);
    const [attnIn, neurons] = cut([T * C, T * M])(floats("layer_arrays"), layerAt * (T * C + T * M));
    const common = { kind: opened, rows, row, first, config, layer, head };
    const here = visible(rows[row]);
    const index = first + row;
    if (opened === "head") {
      const weights = pattern.subarray(row * T, row * T + row + 1);
      const key = get("key") >= 0 && get("key") <= row ? get("key") : weights.indexOf(Math.max(...weights));
      const dot = (a, b) => q.subarray(a * D, (a + 1) * D).reduce((sum, x, i) => sum + x * k[b * D + i], 0);
      const score = dot(row, key);
      drawOpened(width, {
        ...common, attnIn, arrays: { q, k, v, z, pattern, earlier, delta }, item: key, items: [...weights.keys()],
        label: t("head_label", { layer, head, token: here, key: visible(rows[key]), percent: percent(weights[key]) }),
      });
      drawNumber({
        formula: [t("query_of", { token: here }), " · ", t("key_of", { token: visible(rows[key]) }), ` = ${number(score)}\u2003÷ √${D} = ${number(score / Math.sqrt(D))}\u2003${t("row_softmax")} `, { strong: percent(weights[key]) }],
        code: `trace.pattern[${layer}, ${head}][${index}, ${first + key}]`, value: weights[key],
      });
    } else if (opened === "mlp") {
      const active = neurons.subarray(row * M, (row + 1) * M);
      const items = Array.from(ranking(active).subarray(0, Math.min(NEURONS, M)));
      const neuron = items.includes(get("neuron")) ? get("neuron") : items[0];
      const promotes = get("promotes");
      const words = (promotes[`L${layer}N${neuron}`] ?? []).map(visible).join(", ");
      drawOpened(width, { ...common, neurons, items, item: neuron, promotes, label: t("mlp_label", { layer, token: here, neuron, value: number(active[neuron]), words }) });
      drawNumber({ formula: [t("neuron_of", { neuron, token: here }), { strong: number(active[neuron]) }, t("neuron_adds", { value: number(active[neuron]), neuron, words })], code: `trace.neurons[${layer}][${index}, ${neuron}]`, value: active[neuron] });
    } else if (opened === "tokens") {
      const [embed, pos, stream] = [floats("embed"), floats("pos"), floats("stream")];
      const length = (values) => Math.hypot(...values.subarray(row * C, (row + 1) * C));
      drawOpened(width, { ...common, ids: get("ids"), embed, pos, stream, near: get("near"), items: [-1], item: -1, label: t("tokens_label", { token: here, id: get("ids")[index] }) });
      drawNumber({ formula: [t("vector_of", { token: here, size: C, embed: number(length(embed)), pos: number(length(pos)) }), { strong: number(length(stream)) }], code: `trace.resid_pre[0][${index}].norm()`, value: length(stream) });
    } else {
      const chosen = best.find(({ id }) => id === (get("token") < 0 ? sample?.id : get("token"))) ?? best[0];
      drawOpened(width, { ...common, final: floats("final"), best, items: best.map(({ id }) => id), item: chosen.id, temperature, label: t("logits_label", { token: here, next: visible(chosen.name), logit: number(chosen.logit), percent: percent(chosen.share) }) });
      drawNumber({ formula: [t("logit_of", { token: here, next: visible(chosen.name) }), { strong: number(chosen.logit) }, t("logit_share", { percent: percent(chosen.share) })], code: `trace.final[${index}] @ gpt.unembed.weight[${chosen.id}]`, value: chosen.logit });
    }
    return t("spoken", { token: here, best: visible(best[0].name), percent: percent(best[0].share) });
  };
});
