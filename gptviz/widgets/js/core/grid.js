import { surface } from "./heat.js";
import { within } from "./pointer.js";
import { shorten, visible } from "./tokens.js";
import { tooltip } from "./tooltip.js";

const FONT_PX = 12;
const SLANT = Math.PI / 3.2; // of the labels over the columns
const LONGEST = 12; // characters of a label
const WIDEST = 120; // cell with words in it
const LARGEST = 40; // side of any other cell

/**
 * Rows × columns of dots or coloured cells, with labels; one cell may be chosen: click, or arrow keys, Home, End.
 *
 * @param {{label: string, choose?: (row: number, column: number) => void, signal: AbortSignal, heightPx?: number, stretch?: boolean, palette: object}} options
 *   palette: see colors.js. Without `choose` it is only looked at. `stretch`: cells need not be square, so that the rows fill the height.
 * @returns {(picture: object) => void} draws. picture: `rows`, `columns` (labels), `rowTitle`, `columnTitle`, `value(r, c)` (NaN: an empty cell),
 *   `color(value, r, c)`, `size(value, r, c)` (0 to 1, the share of a cell that a dot covers; without it, cells are filled), `chosen` [row, column] or null,
 *   `describe(r, c)` (the words of a cell, for the pointer and for screen readers), `rowNote(r)`, `columnNote(c)` (a few characters after each row, under each column),
 *   `text(r, c)` (lines to be read in a cell: the cells then are wide enough for words, and nothing is slanted)
 *
 * The canvas keeps what it drew: `canvas.values` (row by row), and `canvas.center(r, c)` in CSS pixels.
 */
export function grid(parent, { label, choose, signal, heightPx = 380, stretch = false, palette }) {
  const box = parent.append("div").attr("class", "gv-grid").style("height", `${heightPx}px`);
  const canvas = box.append("canvas").node();
  const note = tooltip(box);
  if (choose) canvas.tabIndex = 0;
  canvas.setAttribute("role", choose ? "application" : "img");
  let picture = null;
  let place = null;
  let pointed = null;
  let widthPx = 0;

  const cellAt = (event) => {
    const [x, y] = within(event, canvas);
    const [row, column] = [Math.floor((y - place.y) / place.high), Math.floor((x - place.x) / place.wide)];
    return row >= 0 && column >= 0 && row < picture.rows.length && column < picture.columns.length ? [row, column] : null;
  };
  const point = (to) => {
    if (String(to) === String(pointed)) return;
    pointed = to;
    paint();
    if (to && picture.describe) note.show(place.x + (to[1] + 0.5) * place.wide, place.y + to[0] * place.high, picture.describe(...to));
    else note.hide();
  };
  const listen = (kind, act) => canvas.addEventListener(kind, act, { signal });
  listen("pointermove", (event) => picture && point(cellAt(event)));
  listen("pointerleave", () => point(null));
  if (choose) {
    listen("click", (event) => {
      const cell = picture && cellAt(event);
      if (cell) choose(...cell);
    });
    listen("keydown", (event) => {
      const [last, end] = [picture.rows.length - 1, picture.columns.length - 1];
      const [row, column] = picture.chosen ?? [0, 0];
      const to = { ArrowUp: [row - 1, column], ArrowDown: [row + 1, column], ArrowLeft: [row, column - 1], ArrowRight: [row, column + 1], Home: [row, 0], End: [row, end] }[event.key];
      if (!to || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      choose(Math.max(0, Math.min(last, to[0])), Math.max(0, Math.min(end, to[1])));
    });
  }

  const labels = (tokens) => tokens.map((token) => shorten(visible(token), picture.text ? 16 : LONGEST));
  const layout = (context, widthPx) => {
    const [rows, columns] = [labels(picture.rows), labels(picture.columns)];
    context.font = `600 ${context.font}`; // as the chosen ones are written
    const widest = (texts) => Math.max(0, ...texts.map((text) => context.measureText(text).width));
    const titles = widest([picture.rowTitle ?? "", picture.columnTitle ?? ""]) + 16;
    const left = Math.max(titles, widest(rows) + 10);
    const top = picture.text ? FONT_PX + 14 : Math.max(34, widest(columns) * Math.sin(SLANT) + 14);
    const slanted = picture.text ? 0 : (context.measureText(columns.at(-1) ?? "").width + 4) * Math.cos(SLANT);
    const { rowNote, columnNote } = picture;
    const right = Math.max(slanted, rowNote ? 10 + widest(picture.rows.map((_, r) => rowNote(r))) : 0);
    const below = columnNote ? FONT_PX + 8 : 2;
    const whole = (size) => (size > 8 ? Math.floor(size) : size);
    const [wide, high] = [(widthPx - left - right - 2) / columns.length, (heightPx - top - below) / rows.length].map((size) => whole(size));
    const cell = Math.min(wide, high, LARGEST);
    const [across, down] = picture.text ? [WIDEST, LARGEST] : stretch ? [LARGEST, LARGEST] : [cell, cell];
    return { x: Math.ceil(left), y: Math.ceil(top), cell, wide: Math.min(wide, across), high: Math.min(high, down), rows, columns };
  };

  const paint = () => {
    widthPx ||= box.node().clientWidth; // read once: reading it makes the browser lay the page out
    if (!picture || !widthPx) return;
    const context = surface(canvas, widthPx, heightPx);
    const { fontFamily } = getComputedStyle(canvas);
    const plain = `${FONT_PX}px ${fontFamily}`;
    context.font = plain;
    place = layout(context, widthPx);
    context.font = plain;
    const { x, y, wide, high, cell, rows, columns } = place;
    const { value, color, size, chosen } = picture;
    const { color: hue } = palette;

    // the row and the column of what is chosen or pointed at
    for (const [at, tone] of [[pointed, "faint"], [chosen, "accent-pale"]]) {
      if (!at) continue;
      context.fillStyle = hue(tone);
      context.fillRect(x, y + at[0] * high, wide * columns.length, high);
      context.fillRect(x + at[1] * wide, y, wide, high * rows.length);
    }
    const values = new Float32Array(rows.length * columns.length);
    const gap = cell > 6 ? 1 : 0;
    for (let r = 0; r < rows.length; r++) {
      for (let c = 0; c < columns.length; c++) {
        const v = (values[r * columns.length + c] = value(r, c));
        if (Number.isNaN(v)) continue;
        context.fillStyle = color(v, r, c);
        if (size) {
          const radius = (cell / 2 - gap / 2) * Math.sqrt(Math.max(0, Math.min(1, size(v, r, c)))); // area, not radius, for weight
          if (radius < 0.35) continue;
          context.beginPath();
          context.arc(x + (c + 0.5) * wide, y + (r + 0.5) * high, radius, 0, 2 * Math.PI);
          context.fill();
        } else context.fillRect(x + c * wide, y + r * high, wide - gap, high - gap);
        if (!picture.text) continue;
        context.fillStyle = hue("ink");
        context.textAlign = "center";
        context.textBaseline = "middle";
        const lines = picture.text(r, c);
        const middle = (line) => y + (r + 0.5) * high + (line - (lines.length - 1) / 2) * (FONT_PX + 2) + 1;
        lines.forEach((line, i) => context.fillText(fitted(context, line, wide - 6), x + (c + 0.5) * wide, middle(i)));
      }
    }
    canvas.values = values;
    canvas.center = (r, c) => [x + (c + 0.5) * wide, y + (r + 0.5) * high];

    context.strokeStyle = hue("quiet");
    context.strokeRect(x - 0.5, y - 0.5, wide * columns.length + 1, high * rows.length + 1);
    for (const [at, tone] of [[pointed, "muted"], [chosen, "accent"]]) {
      if (!at) continue;
      context.strokeStyle = hue(tone);
      context.lineWidth = 2;
      context.strokeRect(x + at[1] * wide - 1, y + at[0] * high - 1, wide + 1, high + 1);
      context.lineWidth = 1;
    }

    // labels: as many as there is room for, and always the chosen ones
    const every = [high, wide].map((px) => Math.ceil((FONT_PX + 1) / px));
    const near = (index, axis) => every[axis] > 1 && chosen && chosen[axis] !== index && Math.abs(chosen[axis] - index) < every[axis];
    const write = (index, text, axis, at) => {
      const strong = chosen?.[axis] === index;
      if (!strong && (index % every[axis] || near(index, axis))) return;
      context.fillStyle = strong ? hue("accent") : hue("ink");
      context.font = strong ? `600 ${plain}` : plain;
      at(text, (index + 0.5) * [high, wide][axis]);
    };
    context.textBaseline = "middle";
    context.textAlign = "right";
    rows.forEach((text, r) => write(r, text, 0, (words, offset) => context.fillText(words, x - 6, y + offset)));
    context.textAlign = picture.text ? "center" : "left";
    columns.forEach((text, c) => write(c, text, 1, (words, offset) => {
      if (picture.text) return context.fillText(fitted(context, words, wide - 6), x + offset, y - 12);
      context.save();
      context.translate(x + offset, y - 6);
      context.rotate(-SLANT);
      context.fillText(words, 0, 0);
      context.restore();
    }));
    const note = (words, axis) => (index) => (chosen?.[axis] === index || (index % every[axis] === 0 && !near(index, axis))) && words(index);
    const [rowNote, columnNote] = [picture.rowNote, picture.columnNote].map((words, axis) => (words ? note(words, axis) : () => ""));
    context.font = plain;
    context.fillStyle = hue("muted");
    rows.forEach((_, r) => context.fillText(rowNote(r) || "", x + wide * columns.length + 6, y + (r + 0.5) * high));
    context.textAlign = "center";
    columns.forEach((_, c) => context.fillText(columnNote(c) || "", x + (c + 0.5) * wide, y + high * rows.length + 11));
    context.textAlign = "right";
    if (picture.columnTitle) context.fillText(`${picture.columnTitle} →`, x - 6, y - 24);
    if (picture.rowTitle) context.fillText(`${picture.rowTitle} ↓`, x - 6, y - 9);
  };

  const watch = new ResizeObserver(([{ contentRect }]) => {
    const width = Math.floor(contentRect.width);
    if (width === widthPx) return;
    widthPx = width;
    paint();
  });
  watch.observe(box.node());
  signal.addEventListener("abort", () => watch.disconnect(), { once: true });

  return (next) => {
    picture = next;
    const { chosen, describe } = picture;
    canvas.setAttribute("aria-label", chosen && describe ? `${label}: ${describe(...chosen)}` : label);
    paint();
  };
}

/** As much of a text as there is room for. */
function fitted(context, text, widthPx) {
  let length = Array.from(text).length;
  while (length > 1 && context.measureText(shorten(text, length)).width > widthPx) length--;
  return shorten(text, length);
}
