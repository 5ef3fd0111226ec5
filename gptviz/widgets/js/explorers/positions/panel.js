import { surface } from "../../core/heat.js";
import { number } from "../../core/format.js";
import { within } from "../../core/pointer.js";
import { tooltip } from "../../core/tooltip.js";

const CELLS = 192; // along a side, at most: of more, every second, third … is drawn
const CUT_PX = 84;
const LEFT_PX = 40; // for the numbers at the curve

/**
 * A matrix over the positions as cells of colour, its chosen row marked; below it that row as a curve, on the same axis.
 * One picks a row and a column by click, or with the arrow keys.
 * @param {{value: (row: number, column: number) => number, rows: number, n: number, limit: number, choose: (row, column) => void}} options
 *   limit: the value of the full colour; `line`: that of the curve's top, the largest of the row unless given
 * @returns {({row, column, words, says}) => void} draws. The canvases keep `values`: what the cells show, and the curve.
 */
export function panel(parent, { label, title, down, across, rows, n, value, limit, line, hues, signal, choose, name, every }) {
  const [stepDown, stepAcross] = [rows, n].map((count) => Math.ceil(count / CELLS) | (count > CELLS)); // odd: sines and cosines
  const box = parent.append("div").attr("class", "gv-panel").attr("data-panel", name);
  const head = box.append("div").attr("class", "gv-panel-head");
  head.append("span").text(title);
  const scale = head.append("span").attr("class", "gv-panel-scale");
  scale.append("span").text(`−${number(limit)}`);
  scale.append("i").attr("aria-hidden", "true");
  scale.append("span").text(number(limit));
  const frame = box.append("div").attr("class", "gv-panel-frame");
  const canvas = frame.append("canvas").attr("class", "gv-panel-cells").attr("tabindex", 0).attr("role", "application").node();
  const note = tooltip(frame);
  box.append("div").attr("class", "gv-panel-axis").text(`${down} ↓   ${across} →${every(stepDown, stepAcross)}`);
  const curve = box.append("canvas").attr("class", "gv-panel-curve").attr("role", "img").node();
  const caption = box.append("div").attr("class", "gv-panel-axis");

  const [height, width] = [Math.ceil(rows / stepDown), Math.ceil(n / stepAcross)];
  const cells = new Float32Array(height * width);
  for (let r = 0; r < height; r++) for (let c = 0; c < width; c++) cells[r * width + c] = value(r * stepDown, c * stepAcross);
  canvas.values = cells;

  let state = null;
  let side = 0;
  let painted = null; // the cells alone, which change only with the theme and the size
  const listen = (target, kind, act) => target.addEventListener(kind, act, { signal });
  const cellAt = (event) => {
    const [left, top] = within(event, canvas);
    const [x, y] = [(left - LEFT_PX) / side, top / side];
    return x < 0 || x >= 1 || y < 0 || y >= 1 ? null : [Math.floor(y * rows), Math.floor(x * n)];
  };
  listen(canvas, "click", (event) => {
    const cell = cellAt(event);
    if (cell) choose(...cell);
  });
  listen(canvas, "pointermove", (event) => {
    const cell = state && cellAt(event);
    if (cell) note.show(LEFT_PX + ((cell[1] + 0.5) * side) / n, (cell[0] * side) / rows, state.says(...cell));
    else note.hide();
  });
  listen(canvas, "pointerleave", () => note.hide());
  listen(canvas, "keydown", (event) => {
    if (!state || event.ctrlKey || event.metaKey || event.altKey) return;
    const { row, column } = state;
    const to = { ArrowUp: [row - 1, column], ArrowDown: [row + 1, column], ArrowLeft: [row, column - 1], ArrowRight: [row, column + 1], Home: [row, 0], End: [row, n - 1] }[event.key];
    if (!to) return;
    event.preventDefault();
    choose(Math.max(0, Math.min(rows - 1, to[0])), Math.max(0, Math.min(n - 1, to[1])));
  });

  const paint = () => {
    const across_ = box.node().clientWidth;
    if (!state || !across_) return;
    side = across_ - LEFT_PX - 2;
    const context = surface(canvas, across_, side);
    const look = [hues.theme(), side].join();
    if (painted?.look !== look) {
      const off = document.createElement("canvas");
      [off.width, off.height] = [width, height];
      const pixels = off.getContext("2d");
      cells.forEach((v, i) => {
        pixels.fillStyle = hues.diverging(v, limit);
        pixels.fillRect(i % width, Math.floor(i / width), 1, 1);
      });
      painted = { look, off };
    }
    context.imageSmoothingEnabled = false;
    context.drawImage(painted.off, LEFT_PX, 0, side, side);
    context.strokeStyle = hues.color("quiet");
    context.strokeRect(LEFT_PX - 0.5, 0.5, side + 1, side - 1);
    const [y, x] = [((state.row + 0.5) * side) / rows, LEFT_PX + ((state.column + 0.5) * side) / n];
    context.strokeStyle = hues.color("ink");
    context.lineWidth = 1;
    context.globalAlpha = 0.75;
    context.beginPath();
    context.moveTo(LEFT_PX, y);
    context.lineTo(LEFT_PX + side, y);
    context.stroke();
    context.globalAlpha = 1;
    context.fillStyle = hues.color("accent");
    context.font = `600 12px ${getComputedStyle(canvas).fontFamily}`;
    context.textBaseline = "middle";
    context.textAlign = "right";
    context.fillText(String(state.row), LEFT_PX - 6, Math.max(8, Math.min(side - 8, y)));

    const drawing = surface(curve, across_, CUT_PX);
    const row = Float32Array.from({ length: n }, (_, c) => value(state.row, c));
    const top = line ?? (row.reduce((most, v) => Math.max(most, Math.abs(v)), 0) || 1);
    const at = (v) => CUT_PX / 2 - (v / top) * (CUT_PX / 2 - 8);
    drawing.strokeStyle = hues.color("quiet");
    drawing.strokeRect(LEFT_PX, at(0), side, 0.01);
    drawing.beginPath();
    row.forEach((v, c) => drawing.lineTo(LEFT_PX + ((c + 0.5) * side) / n, at(v)));
    drawing.strokeStyle = hues.color("accent");
    drawing.lineWidth = 1.75;
    drawing.stroke();
    drawing.lineWidth = 1;
    drawing.fillStyle = hues.color("ink");
    drawing.beginPath();
    drawing.arc(x, at(row[state.column]), 4, 0, 2 * Math.PI);
    drawing.fill();
    drawing.fillStyle = hues.color("muted");
    drawing.font = `12px ${getComputedStyle(canvas).fontFamily}`;
    drawing.textAlign = "right";
    drawing.textBaseline = "middle";
    for (const v of [top, 0, -top]) drawing.fillText(v ? number(v) : "0", LEFT_PX - 5, at(v));
    curve.values = row;
  };
  const watch = new ResizeObserver(paint);
  watch.observe(box.node());
  signal.addEventListener("abort", () => watch.disconnect(), { once: true });

  return (next) => {
    state = next;
    const said = `${label}: ${state.says(state.row, state.column)}`;
    canvas.setAttribute("aria-label", said);
    curve.setAttribute("aria-label", state.words);
    caption.text(state.words);
    paint();
  };
}
