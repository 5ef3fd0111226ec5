import { shorten, visible } from "../../core/tokens.js";

const SIZE = 400; // px; the plane is square
const SMALL = 112; // px; the plane as a whole, in a corner
const MARGIN = 4;
const LABEL_PX = 12;
const MOST_LABELS = 40;

/**
 * The weighted value vectors one on the other from E to E′, their sum ΔE, and the words that lie there; in a corner, the plane as a whole.
 * @returns {(picture: {card, tokens, source, view, dots: Float32Array, names: string[], corners: [string, number, number][]}) => void}
 *   Each arrow keeps what it draws: `data-source`, `data-x`, `data-y`.
 */
export function arrowPicture(parent, { t, signal, choose }) {
  const svg = parent.append("svg").attr("class", "gv-picture gv-arrows").attr("viewBox", `0 0 ${SIZE} ${SIZE}`).attr("role", "img").attr("aria-label", t("arrows"));
  svg.append("rect").attr("class", "gv-arrows-ground").attr("width", SIZE).attr("height", SIZE).attr("rx", 6);
  const clip = `gv-clip-${Math.random().toString(36).slice(2)}`;
  svg.append("clipPath").attr("id", clip).append("rect").attr("width", SIZE).attr("height", SIZE).attr("rx", 6);
  const inside = svg.append("g").attr("clip-path", `url(#${clip})`);
  const layer = (name) => inside.append("g").attr("class", name);
  const [dotLayer, sumLayer, stepLayer, pointLayer, labelLayer] = ["gv-arrows-dots", "gv-arrows-sum", "gv-arrows-steps", "gv-arrows-points", "gv-arrows-labels"].map(layer);
  const whole = svg.append("g").attr("class", "gv-arrows-whole");
  whole.append("rect").attr("class", "gv-arrows-map").attr("width", SMALL).attr("height", SMALL).attr("rx", 4);
  const wholeDots = whole.append("path").attr("class", "gv-arrows-dot");
  const frame = whole.append("rect").attr("class", "gv-arrows-frame");
  const dots = dotLayer.append("path").attr("class", "gv-arrows-dot");
  const sum = sumLayer.append("path");
  stepLayer.on("click", (event) => {
    const arrow = event.target.closest("[data-source]");
    if (arrow) choose(Number(arrow.dataset.source));
  }, { signal });

  return ({ card, tokens, source, view, dots: places, names, corners }) => {
    const chain = [card.start];
    for (const [x, y] of card.steps) chain.push([chain.at(-1)[0] + x, chain.at(-1)[1] + y]);
    const tip = chain.at(-1);
    const marks = corners.map(([, x, y]) => [x, y]);
    const all = Array.from({ length: places.length / 2 }, (_, i) => [places[2 * i], places[2 * i + 1]]);
    const everything = bounds([...all, ...marks, ...chain], 1.08);
    const close = view === "arrows" ? bounds(chain, 1.44) : everything;
    const at = scale(close, SIZE);

    // the words that lie here
    const here = all.map((point, i) => [at(point), i]).filter(([[x, y]]) => x > 0 && x < SIZE && y > 0 && y < SIZE);
    dots.attr("d", here.map(([point]) => dot(point, view === "arrows" ? 2 : 1.4)).join(""));

    const taken = [];
    const corner = furthest(chain.map(at));
    whole.attr("transform", `translate(${corner[0]},${corner[1]})`).style("display", view === "arrows" ? null : "none");
    if (view === "arrows") {
      taken.push([corner[0], corner[1], corner[0] + SMALL, corner[1] + SMALL]);
      const small = scale(everything, SMALL);
      wholeDots.attr("d", all.map((point) => dot(small(point), 0.7)).join(""));
      const [a, b] = [small([close[0] - close[2], close[1] + close[2]]), small([close[0] + close[2], close[1] - close[2]])];
      const wide = Math.max(4, b[0] - a[0]);
      frame.attr("x", (a[0] + b[0] - wide) / 2).attr("y", (a[1] + b[1] - wide) / 2).attr("width", wide).attr("height", wide);
    }

    // arrows
    sum.attr("d", arrow(at(card.start), at(tip), 5)).attr("data-x", tip[0] - card.start[0]).attr("data-y", tip[1] - card.start[1]);
    const step = stepLayer.selectAll("path").data(card.steps).join("path");
    step.attr("d", (_, s) => arrow(at(chain[s]), at(chain[s + 1]), s === source ? 3 : 1.6)).attr("data-source", (_, s) => s);
    step.attr("data-x", ([x]) => x).attr("data-y", ([, y]) => y).classed("gv-chosen", (_, s) => s === source);
    const ends = [[at(card.start), "E", "gv-arrows-start"], [at(tip), "E′", "gv-arrows-end"], ...marks.map((point) => [at(point), "", "gv-arrows-corner"])];
    pointLayer.selectAll("circle").data(ends).join("circle").attr("class", ([, , name]) => name).attr("r", 4.5).attr("cx", ([[x]]) => x).attr("cy", ([[, y]]) => y);

    // words beside them, as far as there is room; never one on another, nor on an arrow where that can be helped
    const labels = [];
    const lines = [];
    for (const [[x0, y0], [x1, y1]] of [[card.start, tip], ...card.steps.map((_, s) => [chain[s], chain[s + 1]])].map((ends) => ends.map(at))) {
      const count = Math.ceil(Math.hypot(x1 - x0, y1 - y0) / 5);
      for (let i = 0; i <= count; i++) {
        const [x, y] = [x0 + (i / (count || 1)) * (x1 - x0), y0 + (i / (count || 1)) * (y1 - y0)];
        lines.push([x - 1, y - 1, x + 1, y + 1]);
      }
    }
    const label = (text, places_, style) => {
      const width = LABEL_PX * 0.62 * text.length + 6;
      for (const [[x, y], obstacles] of [[...taken, ...lines], taken].flatMap((those) => places_.map((place) => [place, those]))) {
        const [cx, cy] = [x < 0 ? -x - width / 2 - 8 : x, y];
        const box = [cx - width / 2, cy - 8, cx + width / 2, cy + 8];
        const free = box[0] > 2 && box[2] < SIZE - 2 && box[1] > 2 && box[3] < SIZE - 2 && obstacles.every((b) => box[2] < b[0] || box[0] > b[2] || box[3] < b[1] || box[1] > b[3]);
        if (!free) continue;
        taken.push(box);
        labels.push({ text, x: cx, y: cy, style });
        return;
      }
    };
    const beside = ([x, y], width) => [[x + width / 2 + 8, y - 10], [x - width / 2 - 8, y - 10], [x + width / 2 + 8, y + 12], [x - width / 2 - 8, y + 12], [x, y - 16], [x, y + 18]];
    const wide = (text) => LABEL_PX * 0.62 * text.length + 6;
    const [e, e2] = [at(card.start), at(tip)];
    const apart = e2[0] < e[0];
    const near = (point, text, left) => {
      const found = beside(point, wide(text));
      return left ? [found[1], found[3], found[0], ...found] : found;
    };
    label("E", near(e, "E", !apart), "gv-arrows-start");
    label("E′", near(e2, "E′", apart), "gv-arrows-end");
    const along = (a, b, text) => {
      const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
      const long = Math.hypot(dx, dy) || 1;
      const [nx, ny] = [-dy / long, dx / long];
      const gap = Math.abs(nx) * wide(text) / 2 + Math.abs(ny) * 8 + 4;
      return [0.5, 0.4, 0.6, 0.3, 0.7].flatMap((share) => [1, -1].map((side) => [a[0] + share * dx + side * gap * nx, a[1] + share * dy + side * gap * ny]));
    };
    if (Math.hypot(e2[0] - e[0], e2[1] - e[1]) > 24) label("ΔE", along(e, e2, "ΔE"), "gv-arrows-end");
    for (const [token, x, y] of corners) label(visible(token), beside(at([x, y]), wide(visible(token))), "gv-arrows-word");
    const long = card.steps.map(([x, y], s) => [Math.hypot(x, y), s]).sort((a, b) => b[0] - a[0]);
    for (const [length, s] of [...long.filter(([, s]) => s === source), ...long.filter(([, s]) => s !== source).slice(0, 5)]) {
      if ((length / close[2]) * (SIZE / 2) < 22) continue;
      const name = shorten(visible(tokens[s] ?? ""), 12);
      const text = /[\p{L}\p{N}]/u.test(name) ? name : `“${name}”`;
      label(text, along(at(chain[s]), at(chain[s + 1]), text), "gv-arrows-source");
    }
    for (const [point, i] of here.slice(0, MOST_LABELS)) {
      const text = shorten(visible(names[i]), 10);
      label(text, beside(point, wide(text)).slice(0, 4), "gv-arrows-word");
    }
    labelLayer.selectAll("text").data(labels).join("text").attr("class", ({ style }) => style).attr("x", ({ x }) => x).attr("y", ({ y }) => y).text(({ text }) => text);
  };
}

/** [x, y, half]: the square around some points. */
function bounds(points, room) {
  let [left, right, low, high] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const [x, y] of points) [left, right, low, high] = [Math.min(left, x), Math.max(right, x), Math.min(low, y), Math.max(high, y)];
  return [(left + right) / 2, (low + high) / 2, Math.max(1e-6, (room * Math.max(right - left, high - low)) / 2)];
}

/** From the plane to px; up is up. */
const scale = ([x, y, half], size) => (point) => [MARGIN / 2 + ((point[0] - x) / half + 1) * (size - MARGIN) / 2, MARGIN / 2 + (1 - (point[1] - y) / half) * (size - MARGIN) / 2];

const dot = ([x, y], r) => `M${x - r},${y}a${r},${r} 0 1,0 ${2 * r},0a${r},${r} 0 1,0 ${-2 * r},0`;

/** The outline of an arrow: a shaft, and a head of a third of its length at most. */
export function arrow([x0, y0], [x1, y1], width) {
  const long = Math.hypot(x1 - x0, y1 - y0);
  if (long < 0.3) return "";
  const [ux, uy] = [(x1 - x0) / long, (y1 - y0) / long];
  const head = Math.min(4 + 2.2 * width, long * 0.5);
  const [shaft, barb] = [Math.min(width / 2, head / 3), head * 0.42];
  const at = (along, across) => `${(x0 + along * ux - across * uy).toFixed(2)},${(y0 + along * uy + across * ux).toFixed(2)}`;
  return `M${at(0, shaft)}L${at(long - head, shaft)}L${at(long - head, barb)}L${at(long, 0)}L${at(long - head, -barb)}L${at(long - head, -shaft)}L${at(0, -shaft)}Z`;
}

/** The corner of the plane that is furthest from all points. */
function furthest(points) {
  const end = SIZE - SMALL - 6;
  const corners = [[6, 6], [end, 6], [6, end], [end, end]];
  const room = ([x, y]) => Math.min(...points.map((p) => Math.max(Math.abs(p[0] - x - SMALL / 2), Math.abs(p[1] - y - SMALL / 2))));
  return corners.reduce((best, corner) => (room(corner) > room(best) ? corner : best));
}
