import { surface } from "./heat.js";
import { within } from "./pointer.js";
import { tooltip } from "./tooltip.js";

const FONT_PX = 12;
const REACH_PX = 14; // of the pointer
const LABELS = 90;
const LABELLED = 800; // words that are seen often enough for a label
const MOVING_LABELS = 24; // while it turns
const DRAG_PX = 4; // less is a click
const STEP = Math.PI / 36; // of an arrow key
const NEAREST = 20; // the largest zoom

/** The middle and the size of what is seen: all points at zoom 1, what matters when nearer; zoom 0 finds one that suits it. Sizes are heights. */
export function frame(cloud, matters, dimensions, zoom, aspect) {
  const shape = [aspect, 1, aspect];
  const height = (low, high, margin) => {
    const sides = low.map((x, n) => (high[n] - x) / shape[n]);
    return margin * (dimensions === 3 ? Math.hypot(...low.map((x, n) => high[n] - x)) * 0.9 : Math.max(sides[0], sides[1]));
  };
  const box = (points) => [0, 1, 2].map((n) => points.map((p) => p[n])).map((x) => [Math.min(...x), Math.max(...x)]);
  const mine = matters.length ? box(matters) : cloud;
  const all = cloud.map(([low, high], n) => [Math.min(low, mine[n][0]), Math.max(high, mine[n][1])]);
  const [lows, highs] = [0, 1].map((end) => [all, mine].map((b) => b.map((range) => range[end])));
  const whole = height(lows[0], highs[0], dimensions === 3 ? 1 : 1.15);
  const most = dimensions === 3 ? 2.5 : 12; // what turns should be seen as a whole
  const suits = whole / Math.max(1e-9, height(lows[1], highs[1], 1.6));
  const used = zoom || Math.max(1, Math.min(most, matters.length ? suits : 1));
  const middle = (b) => b.map(([low, high]) => (low + high) / 2);
  const [near, far] = [middle(mine), middle(all)];
  const away = Math.max(1.5, Math.min(most, suits));
  const share = Math.max(0, Math.min(1, (away - used) / (away - 1))); // of the way from what matters to the middle of all
  return { zoom: used, height: whole / used, centre: near.map((x, n) => x + share * (far[n] - x)) };
}

/**
 * Words as points in two dimensions, or in three that turn under the mouse: dots, arrows, and as many labels as there is room for.
 * Drag, or arrow keys: turn (in two dimensions, move); + and −: nearer, farther; click: choose a word.
 *
 * @param {object} options `label`, `palette` (colors.js), `choose(id)`, `open(id)` (double click, Enter), `change({turn, pan, zoom})`, `signal`
 * @returns {(picture: object) => void} draws. picture: `places` ((tokens + 1) × 3), `ids` (the words), `name(id)`, `dimensions`, `zoom`, `turn` [yaw, pitch],
 *   `pan` [x, y], `own` [{id, tone}], `rings` [{at, text, tone}], `lines` [{from, to, kind, tone}], `first` (ids to be labelled before others), `chosen`, `matters` (points to be seen)
 *
 * The canvas keeps what it drew: `canvas.spots` (id → [x, y] in CSS pixels), `canvas.labels` ([{text, box}]), `canvas.frame`.
 */
export function wordMap(parent, { label, palette, choose, open, change, signal }) {
  const box = parent.append("div").attr("class", "gv-map");
  const canvas = box.append("canvas").attr("tabindex", 0).attr("role", "application").attr("aria-label", label).node();
  const note = tooltip(box);
  let picture = null;
  let moving = false;
  let pointed = -1;
  let held = null; // where a drag began
  let clouds = new WeakMap();
  let wide = 0;

  const extent = ({ places, ids }) => {
    if (!clouds.has(places)) {
      const ranges = [0, 1, 2].map(() => [Infinity, -Infinity]);
      for (const id of ids) {
        for (let n = 0; n < 3; n++) {
          ranges[n][0] = Math.min(ranges[n][0], places[3 * id + n]);
          ranges[n][1] = Math.max(ranges[n][1], places[3 * id + n]);
        }
      }
      clouds.set(places, ranges);
    }
    return clouds.get(places);
  };

  const nearest = (event) => {
    const [x, y] = within(event, canvas);
    let [best, far] = [-1, REACH_PX];
    for (const [id, [px, py]] of canvas.spots ?? []) {
      const away = Math.hypot(px - x, py - y);
      if (away < far) [best, far] = [id, away];
    }
    return best;
  };
  const clamp = (pitch) => Math.max(-Math.PI / 2, Math.min(Math.PI / 2, pitch));
  const turned = ([yaw, pitch], by, up) => ({ turn: [(yaw + by) % (2 * Math.PI), clamp(pitch + up)] });
  const nearer = (factor) => change({ zoom: Math.max(1, Math.min(NEAREST, canvas.frame.zoom * factor)) });

  const listen = (kind, act, more = {}) => canvas.addEventListener(kind, act, { signal, ...more });
  listen("pointerdown", (event) => {
    if (event.button || !picture) return;
    held = { at: within(event, canvas), turn: picture.turn, pan: picture.pan };
    canvas.setPointerCapture(event.pointerId);
  });
  listen("pointermove", (event) => {
    if (!picture) return;
    if (!held) {
      const id = nearest(event);
      if (id === pointed) return;
      pointed = id;
      paint();
      if (id >= 0) note.show(canvas.spots.get(id)[0], canvas.spots.get(id)[1], picture.describe(id));
      else note.hide();
      return;
    }
    const [dx, dy] = within(event, canvas).map((now, n) => now - held.at[n]);
    if (!moving && Math.hypot(dx, dy) < DRAG_PX) return;
    moving = true;
    note.hide();
    const { scale } = canvas.frame;
    change(picture.dimensions === 3 ? turned(held.turn, dx / 140, dy / 140) : { pan: [held.pan[0] - dx / scale, held.pan[1] + dy / scale] });
  });
  const release = (event) => {
    if (!held) return;
    const clicked = !moving && event.type === "pointerup";
    held = null;
    moving = false;
    if (clicked) {
      const id = nearest(event);
      if (id >= 0) choose(id);
    }
    paint();
  };
  listen("pointerup", release);
  listen("pointercancel", release);
  listen("pointerleave", () => {
    pointed = -1;
    note.hide();
    paint();
  });
  listen("dblclick", (event) => {
    const id = nearest(event);
    if (id >= 0) open(id);
  });
  listen("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return; // the page scrolls
    event.preventDefault();
    nearer(Math.exp(-event.deltaY / 200));
  }, { passive: false });
  listen("keydown", (event) => {
    if (!picture || event.ctrlKey || event.metaKey || event.altKey) return;
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (way) {
      const step = canvas.frame.height / 20;
      change(picture.dimensions === 3 ? turned(picture.turn, way[0] * STEP, way[1] * STEP) : { pan: [picture.pan[0] + way[0] * step, picture.pan[1] - way[1] * step] });
    } else if (event.key === "+" || event.key === "=" || event.key === "-") nearer(event.key === "-" ? 1 / 1.25 : 1.25);
    else if (event.key === "Enter" && picture.chosen >= 0) open(picture.chosen);
    else return;
    event.preventDefault();
  });

  const paint = () => {
    const heightPx = box.node().clientHeight;
    if (!picture || !wide || !heightPx) return;
    const { places, ids, name, dimensions, own, lines, rings, chosen, first } = picture;
    const context = surface(canvas, wide, heightPx);
    const hue = palette.color;
    const family = getComputedStyle(canvas).fontFamily;
    const view = frame(extent(picture), picture.matters, dimensions, picture.zoom, wide / heightPx);
    const scale = heightPx / view.height;
    const [pan, [yaw, pitch]] = [picture.pan, picture.turn];
    const [cy, sy, cp, sp] = [Math.cos(yaw), Math.sin(yaw), Math.cos(pitch), Math.sin(pitch)];
    // [x, y, depth]: in three dimensions turned about the middle, towards the reader is positive
    const spot = (point) => {
      let [x, y, z] = [point[0] - view.centre[0], point[1] - view.centre[1], point[2] - view.centre[2]];
      if (dimensions === 3) [x, y, z] = [cy * x + sy * z, y * cp - (cy * z - sy * x) * sp, y * sp + (cy * z - sy * x) * cp];
      else [x, y] = [x - pan[0], y - pan[1]];
      return [wide / 2 + scale * x, heightPx / 2 - scale * y, z];
    };
    const at = (id) => spot([places[3 * id], places[3 * id + 1], places[3 * id + 2]]);
    const depth = dimensions === 3 ? (z) => Math.max(0, Math.min(1, 0.5 + z / view.height)) : () => 0.6;

    // a box around all words: what turns, and how
    if (dimensions === 3) {
      const ranges = extent(picture);
      const corner = (bits) => spot(ranges.map((range, n) => range[(bits >> n) & 1]));
      context.strokeStyle = hue("faint");
      context.lineWidth = 1;
      context.beginPath();
      for (let from = 0; from < 8; from++) {
        for (const bit of [1, 2, 4]) {
          if (from & bit) continue;
          context.moveTo(...corner(from).slice(0, 2));
          context.lineTo(...corner(from | bit).slice(0, 2));
        }
      }
      context.stroke();
    }

    const spots = new Map();
    const mine = new Set(own.map(({ id }) => id));
    const drawn = [];
    for (const id of ids) {
      const here = at(id);
      if (here[0] < -4 || here[1] < -4 || here[0] > wide + 4 || here[1] > heightPx + 4) continue;
      spots.set(id, here);
      if (!mine.has(id)) drawn.push(here);
    }
    if (dimensions === 3) drawn.sort((a, b) => a[2] - b[2]);
    context.fillStyle = hue("bar");
    for (const [x, y, z] of drawn) {
      const near = depth(z);
      context.globalAlpha = 0.15 + 0.5 * near;
      const size = dimensions === 3 ? 1.4 + 2.4 * near : 2.6;
      context.fillRect(x - size / 2, y - size / 2, size, size);
    }
    context.globalAlpha = 1;

    const taken = [];
    const keep = (x, y, r) => taken.push([x - r, y - r, x + r, y + r]);
    for (const { from, to, kind, tone } of lines) {
      const [a, b] = [spot(from), spot(to)];
      context.strokeStyle = context.fillStyle = hue(tone);
      context.lineWidth = kind === "side" ? 1 : 2;
      context.setLineDash(kind === "side" ? [3, 4] : kind === "answer" ? [7, 4] : []);
      const length = Math.hypot(b[0] - a[0], b[1] - a[1]);
      const [ux, uy] = length ? [(b[0] - a[0]) / length, (b[1] - a[1]) / length] : [0, 0];
      const gap = kind === "side" ? 0 : Math.min(6, length / 3);
      const head = kind === "side" ? 0 : Math.min(11, length / 2);
      context.beginPath();
      context.moveTo(a[0], a[1]);
      context.lineTo(b[0] - ux * (gap + head * 0.8), b[1] - uy * (gap + head * 0.8));
      context.stroke();
      context.setLineDash([]);
      if (head) {
        const [tx, ty] = [b[0] - ux * gap, b[1] - uy * gap];
        context.beginPath();
        context.moveTo(tx, ty);
        context.lineTo(tx - ux * head - uy * head * 0.45, ty - uy * head + ux * head * 0.45);
        context.lineTo(tx - ux * head + uy * head * 0.45, ty - uy * head - ux * head * 0.45);
        context.fill();
      }
      for (let along = 0; along <= length; along += 6) keep(a[0] + ux * along, a[1] + uy * along, 2);
    }
    const soft = taken.splice(0); // what must be named may lie on a line
    const disc = (x, y, r, fill, line) => {
      context.beginPath();
      context.arc(x, y, r, 0, 2 * Math.PI);
      if (fill) context.fill();
      if (line) context.stroke();
    };
    context.lineWidth = 2;
    for (const { id, tone } of own) {
      const here = at(id);
      spots.set(id, here);
      context.fillStyle = hue(tone);
      disc(here[0], here[1], 4.5, true);
      keep(here[0], here[1], 5);
    }
    for (const { at: point, tone } of rings) {
      const [x, y] = spot(point);
      context.strokeStyle = hue(tone);
      context.fillStyle = hue("back");
      disc(x, y, 6, true, true);
      keep(x, y, 6);
    }
    for (const [id, tone] of [[pointed, "muted"], [chosen, "accent"]]) {
      if (!spots.has(id)) continue;
      context.strokeStyle = hue(tone);
      disc(spots.get(id)[0], spots.get(id)[1], 7, false, true);
    }

    // labels: what matters first, then what is often seen, each where nothing else is
    const labels = [];
    const meets = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
    const write = (text, x, y, tone, strong, must, alpha = 1) => {
      context.font = `${strong ? "600 13px" : `${FONT_PX}px`} ${family}`;
      const [w, h, off] = [context.measureText(text).width, 8, must ? 10 : 6];
      const spread = [[x + off, y], [x - off - w, y], ...[-1, 1].flatMap((way) => [[x - w / 2, y + way * (h + off - 1)], [x + 3, y + way * (h + off - 1)], [x - w - 3, y + way * (h + off - 1)]])];
      for (const obstacles of must ? [[...taken, ...soft], taken] : [[...taken, ...soft]]) {
        for (const [left, middle] of spread) {
          const box = [left - 2, middle - h, left + w + 2, middle + h];
          if (box[0] < 0 || box[1] < 0 || box[2] > wide || box[3] > heightPx || obstacles.some((other) => meets(box, other))) continue;
          context.globalAlpha = alpha;
          context.fillStyle = hue("back");
          context.strokeStyle = hue("back");
          context.lineWidth = 3;
          context.lineJoin = "round";
          context.strokeText(text, left, middle + 0.5);
          context.fillStyle = hue(tone);
          context.fillText(text, left, middle + 0.5);
          context.globalAlpha = 1;
          taken.push(box);
          labels.push({ text, box });
          return;
        }
      }
    };
    context.textBaseline = "middle";
    context.textAlign = "left";
    const named = new Set();
    for (const { id, tone } of own) {
      if (named.has(id)) continue;
      named.add(id);
      write(name(id), spots.get(id)[0], spots.get(id)[1], tone, true, true);
    }
    for (const { at: point, text, tone } of rings) write(text, ...spot(point).slice(0, 2), tone, false, true);
    const most = moving ? MOVING_LABELS : LABELS;
    for (const id of [...(spots.has(chosen) ? [chosen] : []), ...first, ...ids.slice(0, LABELLED)]) {
      if (labels.length >= most) break;
      const here = spots.get(id);
      if (!here || named.has(id)) continue;
      named.add(id);
      write(name(id), here[0], here[1], id === chosen ? "accent" : "muted", id === chosen, id === chosen, dimensions === 3 && id !== chosen ? 0.7 + 0.3 * depth(here[2]) : 1);
    }
    canvas.spots = spots;
    canvas.labels = labels;
    canvas.frame = { ...view, scale };
  };

  const watch = new ResizeObserver(([{ contentRect }]) => {
    wide = contentRect.width;
    paint();
  });
  watch.observe(box.node());
  signal.addEventListener("abort", () => watch.disconnect(), { once: true });
  return (next) => {
    picture = next;
    wide ||= box.node().clientWidth;
    canvas.setAttribute("aria-description", next.sentence);
    paint();
    return canvas.frame;
  };
}
