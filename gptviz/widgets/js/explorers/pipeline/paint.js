// What the pictures of the pipeline are made of: one lane per token, tiles of real numbers, ribbons.
import { surface } from "../../core/heat.js";

export const LANES_PX = 264; // for the rows of all tokens, whatever their number
export const LINE_PX = 22; // of a list
const MOST_PX = 36; // of one token's row
export const FOLD = 4; // lines that a vector is folded into

/** The largest absolute value, without the few that would leave the rest pale: 98 of 100 numbers are below it. */
export function limit(values, share = 0.98) {
  const sorted = Float32Array.from(values, Math.abs).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] || sorted.at(-1) || 1;
}

/** Where rows × columns of a flat array begin. */
export const rowOf = (values, row, width) => values.subarray(row * width, (row + 1) * width);

/** A closed band from (x0, a0..a1) to (x1, b0..b1) that leaves and arrives level. */
export function ribbon(x0, [a0, a1], x1, [b0, b1]) {
  const m = (x0 + x1) / 2;
  return `M${x0},${a0}C${m},${a0},${m},${b0},${x1},${b0}L${x1},${b1}C${m},${b1},${m},${a1},${x0},${a1}Z`;
}

/** Spans that lie on one another from `start` down, each as thick as its share of `whole`. */
export function pile(shares, start, whole) {
  let at = start;
  return shares.map((share) => [at, (at += share * whole)]);
}

/**
 * A canvas under an SVG of the same size, both redrawn from scratch.
 * @returns `begin(width, height)` → { paint, svg, tile, bands }; `canvas.tiles` keeps by name the numbers that were drawn
 */
export function stage(parent, palette) {
  const box = parent.append("div").attr("class", "gv-stage-box");
  const canvas = box.append("canvas").attr("aria-hidden", "true").node();
  const svg = box.append("svg").attr("class", "gv-picture");
  const begin = (width, height, top, rows) => {
    const rowPx = Math.min(MOST_PX, LANES_PX / rows);
    const bandPx = 0.74 * rowPx;
    const paint = surface(canvas, width, height);
    box.style("height", `${height}px`);
    svg.attr("viewBox", `0 0 ${width} ${height}`).attr("width", width).attr("height", height);
    svg.selectAll("*").remove();
    canvas.tiles = {};
    const y = (row) => top + (row + 0.5) * rowPx;
    const span = (row, from = 0, to = 1) => [y(row) - bandPx / 2 + from * bandPx, y(row) - bandPx / 2 + to * bandPx];
    /** Rows of numbers, each folded into lines; from, to: the part of the band that they fill. */
    const tile = (name, values, rows, x, wide, color, { lines = FOLD, from = 0, to = 1 } = {}) => {
      canvas.tiles[name] = values;
      const n = values.length / rows;
      const across = Math.ceil(n / lines);
      for (let row = 0; row < rows; row++) {
        const [start, end] = span(row, from, to);
        const high = (end - start) / lines;
        for (let i = 0; i < n; i++) {
          const [line, column] = [Math.floor(i / across), i % across];
          const x0 = x + (column * wide) / across;
          paint.fillStyle = color(values[row * n + i]);
          paint.fillRect(x0, start + line * high, wide / across + 0.3, high + 0.15);
        }
      }
    };
    const bands = (rows, chosen, x, wide) => {
      for (let row = 0; row < rows; row++) {
        paint.fillStyle = palette.color(row === chosen ? "accent-pale" : "faint");
        paint.fillRect(x, y(row) - bandPx / 2, wide, bandPx);
      }
    };
    return { paint, svg, y, span, tile, bands, rowPx, bandPx };
  };
  return { box, svg, canvas, begin };
}

/** Words at a place; `style`: gv-small, gv-end, gv-middle, gv-strong … */
export function write(svg, x, y, words, style = "") {
  return svg.append("text").attr("x", x).attr("y", y).attr("dy", "0.35em").attr("class", style).text(words);
}

/** Colours of a vector that has a hue of its own: the back at 0, the hue above it, grey below. */
export const hued = (palette, hue, largest) => (value) => palette.sequential(Math.abs(value) / largest, value < 0 ? "muted" : hue);
