// What the pictures of the pipeline are made of: one lane per token, tiles of real numbers, ribbons.
import { surface } from "../../core/heat.js";

export const LANES_PX = 264; // for the rows of all tokens, whatever their number
export const LINE_PX = 22; // of a list
const MOST_PX = 36; // of one token's row
export const FOLD = 4; // lines that a vector is folded into

const known = new Map();

/** "rgba(1, 2, 3, 0.5)" → [1, 2, 3, 127.5]; colours come from few ramps, so each is read once. */
function rgba(color) {
  if (!known.has(color)) {
    const [r, g, b, alpha = 1] = color.match(/[\d.]+/g).map(Number);
    known.set(color, [r, g, b, 255 * alpha]);
  }
  return known.get(color);
}

/** The column of token names for a width: where it ends, and how many letters fit. */
export const nameColumn = (width) => (width >= 980 ? { name: 98, letters: 13 } : width >= 660 ? { name: 80, letters: 10 } : { name: 72, letters: 8 });

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
  const cells = document.createElement("canvas"); // a pixel for each number, drawn larger on the other
  let painted = [];
  /** painting: what the canvas depends on; as long as it is the same, the canvas is left alone. */
  const begin = (width, height, top, rows, painting) => {
    const rowPx = Math.min(MOST_PX, LANES_PX / rows);
    const bandPx = 0.74 * rowPx;
    const all = [...painting, width, height, palette.theme()];
    const stale = all.length !== painted.length || all.some((part, i) => part !== painted[i]);
    painted = all;
    const paint = stale ? surface(canvas, width, height) : null;
    if (stale) canvas.tiles = {};
    svg.attr("viewBox", `0 0 ${width} ${height}`).style("width", `${width}px`).attr("height", height);
    svg.selectAll("*").remove();
    const y = (row) => top + (row + 0.5) * rowPx;
    const span = (row, from = 0, to = 1) => [y(row) - bandPx / 2 + from * bandPx, y(row) - bandPx / 2 + to * bandPx];
    /** Rows of numbers, each folded into lines; from, to: the part of the band that they fill. */
    const tile = (name, values, rows, x, wide, color, { lines = FOLD, from = 0, to = 1, places = null } = {}) => {
      if (!paint) return;
      canvas.tiles[name] = values;
      const n = values.length / rows;
      const across = Math.ceil(n / lines);
      const image = new ImageData(across, rows * lines);
      for (let i = 0; i < values.length; i++) {
        const [row, cell] = [Math.floor(i / n), i % n];
        image.data.set(rgba(color(values[i])), 4 * ((row * lines + Math.floor(cell / across)) * across + (cell % across)));
      }
      [cells.width, cells.height] = [across, rows * lines];
      cells.getContext("2d").putImageData(image, 0, 0);
      paint.imageSmoothingEnabled = false;
      for (let row = 0; row < rows; row++) {
        const [start, end] = places ? places[row] : span(row, from, to);
        paint.drawImage(cells, 0, row * lines, across, lines, x, start, wide, end - start);
      }
    };
    const bands = (rows, chosen, x, wide) => {
      if (!paint) return;
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
