import { number, percent } from "../../core/format.js";
import { shorten, visible } from "../../core/tokens.js";
import { LANES_PX, limit, nameColumn, pile, ribbon, stage, write } from "./paint.js";

const TOP_PX = 66;
const FOOT_PX = 26; // from the lanes to what is opened
export const HEIGHT_PX = TOP_PX + LANES_PX + FOOT_PX;

/**
 * The whole machine: tokens, vectors, blocks of heads and an MLP, last vector, next tokens; one lane per token.
 * @param {{t, signal, palette, open: (stage: object) => void, pick: (row: number) => void}} tools
 */
export function machine(parent, { t, signal, palette, open, pick }) {
  const { svg, canvas, begin } = stage(parent, palette);
  const mark = `gv-${Math.random().toString(36).slice(2)}`;
  svg.attr("role", "listbox").attr("tabindex", 0).attr("aria-label", t("stages")).attr("class", "gv-picture gv-machine");
  let stages = []; // in the order of the machine: {kind, layer, head}
  let state = null;
  const at = () => stages.findIndex((one) => same(one, state.opened));
  svg.on("click", (event) => {
    const { stage: index, row } = event.target.closest("[data-stage], [data-row]")?.dataset ?? {};
    if (index !== undefined) open(stages[index]);
    else if (row !== undefined) pick(Number(row));
  }, { signal });
  svg.on("keydown", (event) => {
    if (!state || event.ctrlKey || event.metaKey || event.altKey) return;
    const move = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!move && !step && event.key !== "Home" && event.key !== "End") return;
    event.preventDefault();
    if (step) pick(Math.max(0, Math.min(state.rows.length - 1, state.row + step)));
    else open(stages[event.key === "Home" ? 0 : event.key === "End" ? stages.length - 1 : Math.max(0, Math.min(stages.length - 1, at() + move))]);
  }, { signal });

  return (width, next) => {
    state = next;
    const { rows, row, config, blocks, heads, opened, bars, rest, sample } = state;
    const x = place(width, state);
    const { paint, y, span, tile, bands, rowPx, bandPx } = begin(width, HEIGHT_PX, TOP_PX, rows.length, [state.stream, state.after, state.patterns, state.fired, state.final, row]);
    const lanes = TOP_PX + LANES_PX;
    stages = [];
    const diverging = (values) => {
      const largest = limit(values);
      return (value) => palette.diverging(value, largest);
    };
    const shade = svg.append("g"); // behind everything that is written
    const area = (kind, index, x0, wide, name, extra = {}) => {
      const chosen = same({ kind, ...extra }, opened);
      const hit = svg.append("rect").attr("class", `gv-hit${chosen ? " gv-open" : ""}`).attr("x", x0).attr("y", TOP_PX - 24).attr("width", wide).attr("height", lanes - TOP_PX + 26).attr("rx", 5);
      hit.attr("data-stage", stages.length).attr("role", "option").attr("aria-selected", String(chosen)).attr("aria-label", name).attr("id", `${mark}-${stages.length}`);
      hit.append("title").text(name);
      if (chosen) {
        svg.attr("aria-activedescendant", `${mark}-${stages.length}`);
        shade.append("path").attr("class", "gv-beam").attr("d", `M${x0},${lanes + 2}H${x0 + wide}L${width - 1},${HEIGHT_PX}H1Z`);
      }
      stages.push({ kind, ...extra });
    };
    const title = (x0, words, note, style = "") => {
      write(svg, x0, 12, words, `gv-title ${style}`);
      if (note) write(svg, x0, 30, note, `gv-small ${style}`);
    };

    bands(rows.length, row, x.vector, x.last + x.tile - x.vector);
    rows.forEach((name, i) => {
      const words = write(svg, x.name, y(i), shorten(visible(name), x.letters), `gv-end gv-lane-name${i === row ? " gv-strong" : ""}`);
      words.append("title").text(visible(name));
      svg.append("rect").attr("class", "gv-lane-hit").attr("x", 0).attr("y", y(i) - rowPx / 2).attr("width", x.name + 4).attr("height", rowPx).attr("data-row", i);
    });
    title(x.name, t("tokens"), state.first ? t("earlier", { count: state.first }) : "", "gv-end");
    title(x.vector, t(x.narrow ? "vectors_short" : "vectors"), x.narrow ? "" : t("numbers", { count: config.d_model }));
    if (x.narrow && !state.first) write(svg, x.vector + x.tile, 30, t("vectors"), "gv-small gv-end");
    tile("stream", state.stream, rows.length, x.vector, x.tile, diverging(state.stream));
    area("tokens", 0, x.vector - 3, x.tile + 6, t("stage_tokens"));

    let drawn = 0;
    const T = rows.length;
    const firedMost = limit(state.fired, 0.99);
    blocks.forEach((layer, b) => {
      const box = x.blocks[b];
      if (box.skipped) write(svg, 0, 0, t(x.narrow ? "more_short" : "more", { count: box.skipped }), "gv-small gv-middle").attr("transform", `translate(${box.x - x.gap / 2 - 9},${(TOP_PX + lanes) / 2}) rotate(-90)`);
      svg.append("rect").attr("class", "gv-block").attr("x", box.x).attr("y", 1).attr("width", box.wide).attr("height", lanes + 4).attr("rx", 8);
      title(box.x + 7, box.wide < 60 ? layer : t("block", { layer }), box.wide < 72 || (x.narrow && heads[b].length < config.n_head) ? "" : heads[b].length < config.n_head ? t("heads_of", { count: config.n_head }) : t("heads"));
      if (box.wide >= 72) write(svg, box.mlp + box.mlpWide, 30, t("mlp"), "gv-small gv-end");
      heads[b].forEach((head, h) => {
        const x0 = box.x + 6 + h * box.step;
        const wide = box.step - x.between;
        const pattern = state.patterns.subarray(drawn * T * T, (drawn + 1) * T * T);
        drawn++;
        if (paint) canvas.tiles[`L${layer}H${head}`] = pattern;
        // what the chosen row takes from the others: ribbons that lie on one another where they arrive
        const taken = Array.from(pattern.subarray(row * T, row * T + row + 1));
        pile(taken, y(row) - bandPx / 2, bandPx).forEach((to, j) => {
          if (taken[j] < 0.02) return;
          const thick = (bandPx * taken[j]) / 2;
          svg.append("path").attr("class", "gv-flow").attr("d", ribbon(x0, [y(j) - thick, y(j) + thick], x0 + wide, to));
        });
        // the other rows: a bar for each token looked at, as high as the band for a weight of 1
        const cell = wide / T;
        for (let i = 0; paint && i < T; i++) {
          if (i === row) continue;
          for (let j = 0; j <= i; j++) {
            const high = Math.max(0.7, bandPx * pattern[i * T + j]);
            paint.fillStyle = palette.color(pattern[i * T + j] > 0.02 ? "bar" : "quiet");
            paint.fillRect(x0 + j * cell, y(i) + bandPx / 2 - high, Math.max(0.8, cell * 0.8), high);
          }
        }
        const chosen = same({ kind: "head", layer, head }, opened);
        write(svg, x0 + wide / 2, TOP_PX - 13, head, `gv-small gv-middle${chosen ? " gv-strong" : ""}`);
        const edge = Math.min(2, x.between / 2);
        area("head", 0, x0 - edge, wide + 2 * edge, t("stage_head", { layer, head }), { layer, head });
      });
      const cells = state.fired.length / blocks.length;
      tile(`L${layer}MLP`, state.fired.subarray(b * cells, (b + 1) * cells), T, box.mlp, box.mlpWide, (value) => palette.veil(value / firedMost));
      if (box.wide < 72) write(svg, box.mlp + box.mlpWide / 2, TOP_PX - 13, "M", "gv-small gv-middle");
      area("mlp", 0, box.mlp - 2, box.mlpWide + 4, t("stage_mlp", { layer }), { layer });
      if (box.tile) {
        const size = T * config.d_model;
        const after = state.after.subarray(b * size, (b + 1) * size);
        tile(`after ${layer}`, after, T, box.x + box.wide - box.tile - 6, box.tile, diverging(after));
      }
    });

    title(x.last, t(x.narrow ? "last_short" : "last"), x.narrow ? "" : t("after_norm"));
    tile("final", state.final, T, x.last, x.tile, diverging(state.final));

    // the last vector fans out: ribbons together as thick as its band, each by its share
    const step = (LANES_PX) / (bars.length + 1);
    const barY = (i) => TOP_PX + (i + 0.5) * step;
    write(svg, x.token, 12, t(x.tight ? "next_short" : "next"), "gv-title gv-end");
    if (x.logit) write(svg, x.logit, 30, t("logit"), "gv-small gv-end");
    if (x.tight) write(svg, width - 2, 30, t("probability"), "gv-small gv-end");
    else write(svg, x.bar, 12, t("probability"), "gv-title");
    write(svg, x.bar, 30, x.narrow ? "" : t("of_tokens", { count: config.vocab_size.toLocaleString("en") }), "gv-small");
    const shares = [...bars.map(({ share }) => share), rest];
    const most = Math.max(...shares);
    const sampled = sample ? bars.findIndex(({ id }) => id === sample.id) : -2;
    const outs = pile(shares, span(row)[0], bandPx);
    shares.forEach((share, i) => {
      const chosen = sample ? (sampled < 0 ? i === bars.length : i === sampled) : i === 0;
      const style = chosen ? " gv-chosen" : i === bars.length ? " gv-rest" : "";
      const thick = Math.max(0.6, bandPx * share) / 2;
      if (share > 0) svg.append("path").attr("class", `gv-fan${style}`).attr("d", ribbon(x.last + x.tile, outs[i], x.fan, [barY(i) - thick, barY(i) + thick]));
      const line = svg.append("g").attr("class", `gv-next${style}`).attr("data-share", share).attr("data-id", bars[i]?.id ?? "rest");
      const name = i < bars.length ? shorten(visible(bars[i].name), x.nextLetters) : t(x.narrow ? "others_short" : "others", { count: (config.vocab_size - bars.length).toLocaleString("en") });
      write(line, x.token, barY(i), name, "gv-end");
      if (x.logit && i < bars.length) write(line, x.logit, barY(i), number(Math.round(10 * bars[i].logit) / 10).slice(0, -1), "gv-small gv-end");
      line.append("rect").attr("x", x.bar).attr("y", barY(i) - 6).attr("width", Math.max(1, (x.barWide * share) / most)).attr("height", 12).attr("rx", 2);
      write(line, x.bar + (x.barWide * share) / most + 5, barY(i), percent(share), "gv-share");
      if (sample && chosen) line.append("path").attr("class", "gv-die").attr("d", `M${x.fan - 9},${barY(i) - 5}L${x.fan - 1},${barY(i)}L${x.fan - 9},${barY(i) + 5}Z`);
    });
    area("logits", 0, x.last - 3, width - x.last + 2, t("stage_logits"));
  };
}

/** Whether two stages are one. */
export const same = (a, b) => a.kind === b.kind && (a.kind === "tokens" || a.kind === "logits" || (a.layer === b.layer && (a.kind === "mlp" || a.head === b.head)));

/** All x coordinates, for a width. */
export function place(width, { blocks, heads }) {
  const size = width >= 980 ? 0 : width >= 660 ? 1 : 2;
  const { name, letters } = nameColumn(width);
  const [tile, gap, between, fan, token, logit, bar, share] = [
    [48, 8, 5, 44, 90, 40, 62, 64],
    [32, 5, 3, 28, 76, 0, 42, 62],
    [18, 3, 2, 16, 76, 0, 18, 58],
  ][size];
  const vector = name + 10;
  const right = fan + token + (logit ? logit + 6 : 0) + 8 + bar + share;
  const last = width - right - tile;
  const jumps = blocks.map((layer, b) => (b ? layer - blocks[b - 1] - 1 : layer));
  const free = last - vector - tile - 3 * gap - 18 * jumps.filter(Boolean).length;
  const wide = (free - gap * (blocks.length - 1)) / blocks.length;
  const tileWide = wide > 138 ? 18 : 0;
  const mlpWide = Math.max(8, Math.min(30, wide * 0.2));
  let x = vector + tile + 1.5 * gap;
  const boxes = blocks.map((_, b) => {
    if (jumps[b]) x += 18;
    const mlp = x + wide - 6 - mlpWide - (tileWide ? tileWide + 5 : 0);
    const box = { x, wide, tile: tileWide, mlp, mlpWide, step: (mlp - x - 8) / heads[b].length, skipped: jumps[b] };
    x += wide + gap;
    return box;
  });
  const fanEnd = last + tile + fan;
  const tokenEnd = fanEnd + token;
  const logitEnd = logit ? tokenEnd + logit + 6 : 0;
  return {
    narrow: size > 0, tight: size > 1, name, vector, tile, gap, between, blocks: boxes, last, fan: fanEnd, token: tokenEnd - 2, logit: logitEnd, bar: (logitEnd || tokenEnd) + 8,
    barWide: bar, letters, nextLetters: [12, 9, 10][size],
  };
}
