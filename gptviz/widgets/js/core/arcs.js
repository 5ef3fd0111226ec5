import { shorten, visible } from "./tokens.js";
import { onWidth } from "./width.js";

const ARCS_PX = 50;
const WORD_PX = 24;
const HEIGHT_PX = ARCS_PX + WORD_PX + 18;
const FONT_PX = 13;
const SHARE_PX = 44; // a share in percent

/**
 * A text on one line, and arcs from the chosen token to the tokens it looks at, as thick as the weights. One token is chosen: click, arrow keys, Home, End.
 * Where there is no room for all words, the chosen ones and those that get most are written, the others are ticks.
 * @returns {(picture: {tokens: string[], query: number, key: number, weights: ArrayLike<number>, marked: boolean[], percent: (p: number) => string}) => void}
 *   weights: of the chosen token, one per token; NaN draws nothing. The arcs keep theirs as `data-weight`.
 */
export function arcs(parent, { label, choose, signal, redraw }) {
  const svg = parent.append("svg").attr("class", "gv-picture gv-arcs").attr("height", HEIGHT_PX);
  const curves = svg.append("g");
  const list = svg.append("g").attr("role", "listbox").attr("aria-label", label).attr("aria-orientation", "horizontal");
  const pen = document.createElement("canvas").getContext("2d");
  let count = 0;
  let at = 0;
  const pick = (index) => {
    choose(Math.max(0, Math.min(count - 1, index)));
    list.node().children[at]?.focus({ preventScroll: true });
  };
  list.on("click", (event) => {
    const word = event.target.closest("[data-index]");
    if (word) pick(Number(word.dataset.index));
  }, { signal });
  list.on("keydown", (event) => {
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: count - 1 }[event.key];
    if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    pick(to);
  }, { signal });

  let widthPx = 0;
  let laid = null;
  onWidth(svg.node(), signal, (exact) => {
    const width = Math.floor(exact);
    if (!width || width === widthPx) return;
    widthPx = width;
    redraw();
  });

  const place = (tokens, { query, key, weights }) => {
    pen.font = `600 ${FONT_PX}px ${getComputedStyle(svg.node()).fontFamily}`;
    const names = tokens.map((token) => shorten(visible(token), 16));
    const wide = names.map((name) => pen.measureText(name).width);
    const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);
    let widths = wide.map((width) => Math.max(width + 12, 30));
    if (sum(widths) > widthPx) widths = wide.map((width) => width + 6);
    const whole = sum(widths);
    if (whole <= widthPx) {
      const gap = Math.min(14, (widthPx - whole) / tokens.length);
      let x = 0;
      return names.map((name, i) => {
        const left = x;
        x += widths[i] + gap;
        return { name, left, width: widths[i], x: left + widths[i] / 2, written: true };
      });
    }
    const slot = widthPx / tokens.length;
    const words = names.map((name, i) => ({ name, left: i * slot, width: slot, x: (i + 0.5) * slot, written: false }));
    const order = [...names.keys()].sort((a, b) => (weights[b] || 0) - (weights[a] || 0));
    const taken = [];
    for (const i of [query, key, ...order]) {
      const half = widths[i] / 2;
      words[i].x = Math.max(half, Math.min(widthPx - half, (i + 0.5) * slot));
      const [from, to] = [words[i].x - half, words[i].x + half];
      words[i].written ||= taken.every(([a, b]) => to < a || from > b);
      if (words[i].written) taken.push([from, to]);
      words[i].text = widths[i];
    }
    for (const [i, word] of words.entries()) word.tick = (i + 0.5) * slot;
    return words;
  };

  return ({ tokens, query, key, weights, marked, percent }) => {
    widthPx ||= svg.node().clientWidth; // read once: reading it makes the browser lay the page out
    if (!widthPx) return;
    svg.attr("viewBox", `0 0 ${widthPx} ${HEIGHT_PX}`);
    [count, at] = [tokens.length, query];
    // where there is room for all words, their places change with the text and the width alone
    const same = laid?.tokens === tokens && laid.widthPx === widthPx && laid.words[0].tick === undefined;
    const words = same ? laid.words : place(tokens, { query, key, weights });
    laid = { tokens, widthPx, words };
    const x = words.map((word) => word.tick ?? word.x);

    const looked = [...x.keys()].filter((j) => weights[j] > 0.004).sort((a, b) => (a === key) - (b === key));
    const path = curves.selectAll("path").data(looked).join("path");
    path.attr("d", (j) => {
      const span = Math.abs(x[query] - x[j]);
      const top = ARCS_PX - 2 - Math.min(ARCS_PX - 8, 16 + span * 0.3);
      if (j === query) return `M${x[j] - 7},${ARCS_PX - 2}C${x[j] - 15},${ARCS_PX - 26} ${x[j] + 15},${ARCS_PX - 26} ${x[j] + 7},${ARCS_PX - 2}`;
      return `M${x[query]},${ARCS_PX - 2}C${x[query]},${top} ${x[j]},${top} ${x[j]},${ARCS_PX - 2}`;
    });
    path.attr("class", (j) => (j === key ? "gv-arc gv-at" : "gv-arc")).attr("data-weight", (j) => weights[j]).attr("data-key", (j) => j);
    path.style("stroke-width", (j) => `${0.75 + 9 * weights[j]}px`);

    const word = list.selectAll("g").data(words).join((enter) => {
      const made = enter.append("g").attr("role", "option");
      made.append("title");
      made.append("rect").attr("class", "gv-word");
      made.append("text").attr("class", "gv-middle").attr("dy", "0.35em");
      made.append("text").attr("class", "gv-middle gv-small gv-share");
      return made;
    });
    word.attr("data-index", (_, i) => i).attr("aria-selected", (_, i) => String(i === query)).attr("tabindex", (_, i) => (i === query ? 0 : -1));
    word.attr("class", (_, i) => ["gv-token", i === query && "gv-query", i === key && "gv-key", i > query && "gv-ahead", marked[i] && "gv-rare"].filter(Boolean).join(" "));
    word.select("title").text((w, i) => (weights[i] > 0 ? `${w.name}: ${percent(weights[i])}` : w.name));
    if (!same) {
      const short = (w) => w.tick !== undefined;
      const rect = word.select("rect").attr("x", (w) => (short(w) ? w.left + 0.5 : w.left)).attr("y", ARCS_PX);
      rect.attr("width", (w) => Math.max(1, w.width - (short(w) ? 1 : 0))).attr("height", (w) => (short(w) ? 6 : WORD_PX)).attr("rx", (w) => (short(w) ? 1 : 5));
      word.select("text").attr("x", (w) => w.x).attr("y", (w) => ARCS_PX + (short(w) ? 16 : WORD_PX / 2)).text((w) => (w.written ? w.name : ""));
      word.select(".gv-share").attr("x", (w) => Math.max(SHARE_PX / 2, Math.min(widthPx - SHARE_PX / 2, w.x))).attr("y", ARCS_PX + WORD_PX + 13);
    }
    const told = []; // the larger ones, where two would lie on each other
    for (const j of [key, query, ...[...x.keys()].sort((a, b) => weights[b] - weights[a])]) {
      if (words[j].written && weights[j] > 0.004 && told.every((other) => other === j || Math.abs(words[other].x - words[j].x) > SHARE_PX)) told.push(j);
    }
    word.select(".gv-share").text((_, i) => (told.includes(i) ? percent(weights[i]) : ""));
  };
}
