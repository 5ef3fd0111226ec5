import { number, percent } from "../../core/format.js";
import { shorten, visible } from "../../core/tokens.js";
import { hued, LANES_PX, limit, LINE_PX, nameColumn, pile, ribbon, rowOf, stage, write } from "./paint.js";

const TOP_PX = 50;
const PERCENT_PX = 56; // "< 0.1 %", and a space before and after it
export const HEIGHT_PX = TOP_PX + LANES_PX + 12;

/**
 * One stage of the machine, opened: the same lanes again, and what happens in it.
 * @param {{t, signal, palette, choose: (row: number, item: number) => void}} tools choose: a row and a key, neuron or next token
 */
export function openedStage(parent, { t, signal, palette, choose }) {
  const { svg, canvas, begin } = stage(parent, palette);
  svg.attr("role", "application").attr("tabindex", 0).attr("class", "gv-picture gv-opened");
  let state = null;
  svg.on("click", (event) => {
    const { row, item } = event.target.closest("[data-row], [data-item]")?.dataset ?? {};
    if (row !== undefined || item !== undefined) choose(row === undefined ? state.row : Number(row), item === undefined ? -1 : Number(item));
  }, { signal });
  svg.on("keydown", (event) => {
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (!state || !step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const { row, items, item } = state;
    const down = state.kind === "logits" ? 0 : step[0]; // there, items lie below each other
    const to = Math.max(0, Math.min(state.rows.length - 1, row + down));
    const move = state.kind === "logits" ? step[0] + step[1] : step[1];
    const index = Math.max(0, Math.min(items.length - 1, items.indexOf(item) + move));
    choose(to, move ? items[index] : state.kind === "head" && to < item ? -1 : item);
  }, { signal });

  const drawing = { head, mlp, tokens, logits };
  return (width, next) => {
    state = next;
    const view = begin(width, HEIGHT_PX, TOP_PX, next.rows.length, [{}]);
    svg.attr("aria-label", next.label);
    drawing[next.kind](view, width, next, { t, palette, canvas });
  };
}

function heading(svg, x, words, note, style = "") {
  write(svg, x, 14, words, `gv-title ${style}`);
  if (note) write(svg, x, 32, note, `gv-small ${style}`);
}

function names(view, x, { rows, row }, letters) {
  rows.forEach((name, i) => {
    write(view.svg, x, view.y(i), shorten(visible(name), letters), `gv-end gv-lane-name${i === row ? " gv-strong" : ""}`);
    view.svg.append("rect").attr("class", "gv-lane-hit").attr("x", 0).attr("y", view.y(i) - view.rowPx / 2).attr("width", x + 4).attr("height", view.rowPx).attr("data-row", i);
  });
}

/** Reads, query and key, the pattern in dots, values and their mix, what is added. */
function head(view, width, state, { t, palette, canvas }) {
  const { svg, y, span, tile, rowPx, bandPx } = view;
  const { rows, row, config, layer, head: index, arrays, item: key, first } = state;
  const T = rows.length;
  const [wide, mid] = [width >= 980, width >= 660];
  const { name, letters } = nameColumn(width);
  const tileWide = wide ? 48 : mid ? 34 : 0;
  const part = wide ? 84 : mid ? 72 : 40;
  const handed = wide ? 84 : mid ? 52 : 36; // of values and their mix
  const reads = name + 10;
  const query = tileWide ? reads + tileWide + (wide ? 56 : 30) : reads;
  const gridX = query + part + (wide ? 52 : mid ? 34 : 22);
  const deltaX = width - (tileWide || 26) - 12;
  const side = Math.min(300, Math.max(96, 0.27 * width));
  const cell = Math.min(side / T, 40);
  const value = gridX + cell * T + (mid ? 78 : 70);
  const free = deltaX - value - 2 * handed;
  const mix = value + handed + Math.max(16, free * 0.62);
  const { q, k, v, z, pattern, earlier, delta } = arrays;

  names(view, name, state, letters);
  write(svg, name, 14, t("block", { layer }), "gv-title gv-end gv-accent");
  write(svg, name, 32, t("head_title", { head: index }), "gv-title gv-end gv-accent");
  if (tileWide) {
    heading(svg, reads, t("reads"), wide ? t("norm") : "");
    const most = limit(state.attnIn);
    tile("attn_in", state.attnIn, T, reads, tileWide, (x) => palette.diverging(x, most));
  }
  heading(svg, query, t(mid ? "query" : "query_short"), wide ? t("query_asks") : "", "gv-query");
  write(svg, query + part, 14, t(mid ? "key" : "key_short"), "gv-title gv-end gv-key");
  tile("q", q, T, query, part, hued(palette, "query", limit(q)), { lines: 1, to: 0.46 });
  tile("k", k, T, query, part, hued(palette, "key", limit(k)), { lines: 1, from: 0.54 });
  heading(svg, gridX, t("pattern"), mid ? t("dots") : "");
  const lines = svg.append("g");
  const center = (j) => gridX + (j + 0.5) * cell;
  for (let i = 0; i < T; i++) {
    const [qy, ky] = [y(i) - 0.27 * bandPx, y(i) + 0.27 * bandPx];
    if (tileWide) {
      lines.append("path").attr("class", "gv-query-ribbon").attr("d", ribbon(reads + tileWide, span(i), query, span(i, 0, 0.46)));
      lines.append("path").attr("class", "gv-key-ribbon").attr("d", ribbon(reads + tileWide, span(i), query, span(i, 0.54)));
    }
    const out = query + part;
    const bend = Math.min(24, (gridX - out) / 2);
    lines.append("path").attr("class", `gv-query-line${i === row ? " gv-chosen" : ""}`).attr("d", `M${out},${qy}C${out + bend},${qy},${out + bend},${y(i)},${out + 2 * bend},${y(i)}H${center(i)}`);
    lines.append("path").attr("class", `gv-key-line${i === key ? " gv-chosen" : ""}`).attr("d", `M${out},${ky}H${center(i) - 5}Q${center(i)},${ky},${center(i)},${ky + 5}V${y(T - 1) + rowPx / 2}`);
    const named = center(i) + cell * 0.62;
    const room = Math.floor((value - PERCENT_PX - named) / 7);
    if (i < T - 1) write(svg, named, y(i) - 1, shorten(visible(rows[i]), Math.min(mid ? 9 : 6, room)), "gv-small gv-key");
  }
  const full = Math.min(cell, rowPx) / 2 - 0.5;
  for (let i = 0; i < T; i++) {
    for (let j = 0; j <= i; j++) {
      const w = pattern[i * T + j];
      const dot = svg.append("g").attr("data-row", i).attr("data-item", j).attr("data-weight", w).attr("class", `gv-dot${i === row ? " gv-row-chosen" : ""}${i === row && j === key ? " gv-chosen" : ""}`);
      dot.append("circle").attr("cx", center(j)).attr("cy", y(i)).attr("r", 1.5).attr("class", "gv-speck");
      dot.append("circle").attr("cx", center(j)).attr("cy", y(i)).attr("r", full * Math.sqrt(w));
      if (i === row && j === key) dot.append("circle").attr("cx", center(j)).attr("cy", y(i)).attr("r", full + 1.5).attr("class", "gv-ring");
      dot.append("rect").attr("x", center(j) - cell / 2).attr("y", y(i) - rowPx / 2).attr("width", cell).attr("height", rowPx).attr("class", "gv-lane-hit");
      dot.append("title").text(`${visible(rows[i])} → ${visible(rows[j])}: ${percent(w)}`);
    }
  }

  heading(svg, value, t("value"), wide ? t("value_gives") : "", "gv-value");
  tile("v", v, T, value, handed, hued(palette, "value", limit(v)), { lines: 1 });
  heading(svg, mix, t("mix"), wide ? t("mix_is") : "", "gv-value");
  tile("z", z, T, mix, handed, hued(palette, "value", limit(z)), { lines: 1 });
  const weights = Array.from(pattern.subarray(row * T, row * T + row + 1));
  const arrive = pile(weights, span(row)[0], bandPx);
  weights.forEach((w, j) => {
    write(svg, value - 6, y(j), percent(w), `gv-end gv-weight${j === key ? " gv-chosen" : ""}`);
    lines.append("path").attr("class", `gv-value-ribbon${j === key ? " gv-chosen" : ""}`).attr("d", ribbon(value + handed, [y(j) - (bandPx * w) / 2, y(j) + (bandPx * w) / 2], mix, arrive[j]));
  });
  if (first && earlier[row] > 0.0005) write(svg, value - 6, TOP_PX - 6, t("earlier_weight", { percent: percent(earlier[row]) }), "gv-small gv-end");
  for (let i = 0; i < T; i++) lines.append("path").attr("class", `gv-join${i === row ? " gv-chosen" : ""}`).attr("d", ribbon(mix + handed, span(i), deltaX, span(i)));
  heading(svg, deltaX, t("delta"), wide ? t("added") : "");
  const most = limit(delta);
  tile("delta", delta, T, deltaX, tileWide || 26, (x) => palette.diverging(x, most));
  canvas.tiles.pattern = pattern;
}

/** Tokens × the most active neurons of the chosen row, and what each of them promotes. */
function mlp(view, width, state, { t, palette, canvas }) {
  const { svg, y, paint, rowPx, bandPx } = view;
  const { rows, row, layer, neurons, config, items, item, promotes } = state;
  const T = rows.length;
  const [wide, mid] = [width >= 980, width >= 660];
  const { name, letters } = nameColumn(width);
  names(view, name, state, letters);
  write(svg, name, 14, t("block", { layer }), "gv-title gv-end gv-accent");
  write(svg, name, 32, t("mlp"), "gv-title gv-end gv-accent");
  const gridX = name + 12;
  const cell = Math.min(40, (width * (mid ? 0.46 : 0.42) - gridX) / items.length);
  heading(svg, gridX, t("neurons_title"), mid ? t("neurons_note", { count: items.length, all: config.d_mlp.toLocaleString("en"), token: shorten(visible(rows[row]), 12) }) : "");
  const shown = new Float32Array(T * items.length);
  const active = (i, n) => neurons[i * config.d_mlp + n];
  for (let i = 0; i < T; i++) items.forEach((n, c) => (shown[i * items.length + c] = active(i, n)));
  const most = Math.max(...shown, 1e-6);
  view.bands(T, row, gridX, cell * items.length);
  const listX = gridX + cell * items.length + (wide ? 70 : mid ? 40 : 14);
  const idWide = wide ? 62 : 48;
  const barX = listX + idWide;
  const barWide = wide ? 120 : mid ? 70 : 26;
  items.forEach((n, c) => {
    const chosen = n === item;
    for (let i = 0; i < T; i++) {
      const value = shown[i * items.length + c];
      paint.fillStyle = palette.diverging(value, most);
      paint.fillRect(gridX + c * cell + 0.5, y(i) - bandPx / 2, cell - 1, bandPx);
      svg.append("rect").attr("class", "gv-lane-hit").attr("x", gridX + c * cell).attr("y", y(i) - rowPx / 2).attr("width", cell).attr("height", rowPx).attr("data-row", i).attr("data-item", n).append("title").text(`${visible(rows[i])}, N${n}: ${number(value)}`);
    }
    if (chosen) svg.append("rect").attr("class", "gv-frame").attr("x", gridX + c * cell - 0.5).attr("y", y(row) - bandPx / 2 - 1).attr("width", cell + 1).attr("height", bandPx + 2);
    // from its cell in the chosen row to its line
    const to = TOP_PX + (c + 0.5) * LINE_PX;
    const x0 = gridX + cell * items.length;
    svg.append("path").attr("class", `gv-neuron-line${chosen ? " gv-chosen" : ""}`).attr("d", `M${x0},${y(row)}C${(x0 + listX) / 2},${y(row)},${(x0 + listX) / 2},${to},${listX},${to}`);
    const line = svg.append("g").attr("class", `gv-neuron${chosen ? " gv-chosen" : ""}`).attr("data-item", n).attr("data-value", active(row, n));
    line.append("rect").attr("class", "gv-line-hit").attr("x", listX).attr("y", to - LINE_PX / 2).attr("width", width - listX - 4).attr("height", LINE_PX).attr("rx", 4);
    write(line, listX + idWide - 8, to, `N${n}`, "gv-end");
    line.append("rect").attr("class", "gv-bar").attr("x", barX).attr("y", to - 6).attr("width", Math.max(1, (barWide * Math.max(0, active(row, n))) / most)).attr("height", 12).attr("rx", 2);
    write(line, barX + barWide + 44, to, number(active(row, n)), "gv-end");
    const words = (promotes[`L${layer}N${n}`] ?? []).map(visible).join("\u2002");
    write(line, barX + barWide + 58, to, shorten(words, Math.max(8, Math.floor((width - barX - barWide - 70) / 7.2))), "gv-small");
  });
  heading(svg, listX + idWide - 8, t("neuron"), "", "gv-end");
  heading(svg, barX, t("activation"), mid ? t("after_gelu") : "");
  heading(svg, barX + barWide + 58, t("promotes"), mid ? t("promotes_note") : "");
  canvas.tiles.neurons = shown;
}

/** Token id → its row of W_E, plus the vector of its place. */
function tokens(view, width, state, { t, palette }) {
  const { svg, y } = view;
  const { rows, row, ids, embed, pos, stream, near, first } = state;
  const T = rows.length;
  const [wide, mid] = [width >= 980, width >= 660];
  const { name, letters } = nameColumn(width);
  names(view, name, state, letters);
  write(svg, name, 23, t("tokens_title"), "gv-title gv-end gv-accent");
  const tileWide = wide ? 170 : mid ? 104 : 64;
  const gap = wide ? 34 : 20;
  const x = [name + (wide ? 66 : 54)];
  x.push(x[0] + tileWide + gap, x[0] + 2 * (tileWide + gap));
  heading(svg, x[0] - 14, t("id"), "", "gv-end");
  heading(svg, x[0], t("embedding"), mid ? t("embedding_note") : "");
  heading(svg, x[1], t("position_vector"), mid ? t("position_note") : "");
  heading(svg, x[2], t("sum"), mid ? t("sum_note") : "");
  const most = limit(stream);
  const color = (value) => palette.diverging(value, most);
  tile3(view, [["embed", embed], ["pos", pos], ["stream", stream]], T, x, tileWide, color);
  const nearX = x[2] + tileWide + (wide ? 40 : 18);
  if (mid) heading(svg, nearX, t("near"), wide ? t("near_note") : "");
  for (let i = 0; i < T; i++) {
    const style = i === row ? " gv-strong" : "";
    write(svg, x[0] - 14, y(i), ids[first + i], `gv-end gv-small${style}`);
    write(svg, x[1] - gap / 2, y(i), "+", "gv-middle");
    write(svg, x[2] - gap / 2, y(i), "=", "gv-middle");
    if (mid) write(svg, nearX, y(i), shorten((near[i] ?? []).map(([token, cosine]) => `${visible(token)} ${cosine.toFixed(2)}`).join("\u2003"), Math.floor((width - nearX - 8) / 7)), `gv-small${style}`);
  }
}

function tile3(view, all, T, x, wide, color) {
  all.forEach(([name, values], i) => view.tile(name, values, T, x[i], wide, color));
}

/** The last vector against rows of W_U: their dot product is the logit, its share of all e^logit the probability. */
function logits(view, width, state, { t, palette }) {
  const { svg } = view;
  const { rows, row, final, best, item, config, temperature } = state;
  const [wide, mid] = [width >= 980, width >= 660];
  const { name } = nameColumn(width);
  const n = config.d_model;
  write(svg, name, 14, t("last_short"), "gv-title gv-end gv-accent");
  write(svg, name, 32, `→ ${t("next_short")}`, "gv-title gv-end gv-accent");
  const vectorX = name + 10;
  const tileWide = wide ? 250 : mid ? 150 : 84;
  const rowWide = mid ? tileWide : 40;
  const unembedX = vectorX + tileWide + (wide ? 56 : 30);
  heading(svg, vectorX, t("last"), mid ? t("last_of", { token: shorten(visible(rows[row]), 12) }) : "");
  heading(svg, unembedX, t(mid ? "unembedding" : "unembedding_short"), wide ? t("unembedding_note") : "");
  const vector = rowOf(final, row, n);
  const chosen = best.find(({ id }) => id === item) ?? best[0];
  const strip = (label, values, x, top, high, color, across = tileWide) => view.tile(label, values, 1, x, across, color, { lines: 1, places: [[top, top + high]] });
  const scaled = (values) => {
    const most = limit(values);
    return (value) => palette.diverging(value, most);
  };
  strip("vector", vector, vectorX, TOP_PX + 2, 40, scaled(vector));
  write(svg, name, TOP_PX + 22, shorten(visible(rows[row]), wide ? 13 : 8), "gv-end gv-strong");
  const product = vector.map((value, i) => value * chosen.row[i]);
  const all = scaled(Float32Array.from(best.flatMap(({ row: values }) => [...values])));
  write(svg, name, TOP_PX + 78, "×", "gv-end");
  strip("row", chosen.row, vectorX, TOP_PX + 58, 40, all);
  write(svg, name, TOP_PX + 134, "=", "gv-end");
  strip("product", product, vectorX, TOP_PX + 114, 40, scaled(product));
  if (wide) write(svg, vectorX, TOP_PX + 172, t("product_note", { token: shorten(visible(chosen.name), 12) }), "gv-small");
  write(svg, vectorX, TOP_PX + 192, `Σ = ${number(chosen.logit)}`, "gv-title gv-accent");
  const after = unembedX + rowWide;
  const logitX = after + (wide ? 140 : mid ? 124 : 112);
  const barX = logitX + 14;
  const barWide = Math.max(10, width - barX - 62);
  heading(svg, logitX - (wide ? 52 : 44), t(mid ? "next" : "next_short"), "", "gv-end");
  heading(svg, logitX, t("logit"), "", "gv-end");
  heading(svg, barX, t("probability"), mid ? t("softmax_note", { temperature: temperature.toFixed(2) }) : "");
  const most = Math.max(...best.map(({ share }) => share));
  best.forEach(({ id, name: token, logit, share, row: values }, i) => {
    const at = TOP_PX + (i + 0.5) * LINE_PX;
    const line = svg.append("g").attr("class", `gv-neuron${id === chosen.id ? " gv-chosen" : ""}`).attr("data-item", id).attr("data-value", logit);
    line.append("rect").attr("class", "gv-line-hit").attr("x", unembedX - 4).attr("y", at - LINE_PX / 2).attr("width", width - unembedX).attr("height", LINE_PX).attr("rx", 4);
    strip(`row ${id}`, values, unembedX, at - 8, 16, all, rowWide);
    write(line, logitX - (wide ? 52 : 44), at, shorten(visible(token), wide ? 12 : 8), "gv-end");
    write(line, logitX, at, number(logit), "gv-end");
    line.append("rect").attr("class", "gv-bar").attr("x", barX).attr("y", at - 6).attr("width", Math.max(1, (barWide * share) / most)).attr("height", 12).attr("rx", 2);
    write(line, barX + (barWide * share) / most + 5, at, percent(share), "gv-share");
    svg.append("path").attr("class", `gv-neuron-line${id === chosen.id ? " gv-chosen" : ""}`).attr("d", `M${vectorX + tileWide},${TOP_PX + 22}C${(vectorX + tileWide + unembedX) / 2},${TOP_PX + 22},${(vectorX + tileWide + unembedX) / 2},${at},${unembedX},${at}`);
  });
}
