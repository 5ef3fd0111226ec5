import { surface } from "./heat.js";
import { within } from "./pointer.js";
import { onWidth } from "./width.js";

const LABEL_PX = 20;
const EDGE_PX = 30; // for the layers' names
const TOP_PX = 18; // for the heads'
const FONT_PX = 12;

/** The rows of a lower triangle, written one after the other: where row i begins. */
const begin = (i) => (i * (i + 1)) / 2;

/**
 * Every head of every layer as a small pattern with a line of words below it. One is chosen: click, arrow keys, Home, End.
 *
 * @returns {(picture: {layers: number, heads: number, tokens: number, weights: Uint8Array, chosen: [number, number], words: (layer, head, narrow: boolean) => [string, boolean],
 *   describe: (layer, head) => string}) => void} weights: 0 to 255, the lower triangles one after the other; words: what is below a pattern, and whether it stands out.
 *   Darker is larger, on a scale of square roots. The canvas keeps what it drew as `canvas.weights`, and `canvas.center(layer, head)`.
 */
export function multiples(parent, { label, choose, colors, redraw, signal }) {
  const box = parent.append("div").attr("class", "gv-multiples");
  const canvas = box.append("canvas").attr("tabindex", 0).attr("role", "application").node();
  let place = null;
  let picture = null;
  canvas.addEventListener("click", (event) => {
    const [x, y] = within(event, canvas);
    const [layer, head] = [Math.floor((y - TOP_PX) / place.down), Math.floor((x - EDGE_PX) / place.across)];
    if (layer >= 0 && head >= 0 && layer < picture.layers && head < picture.heads) choose(layer, head);
  }, { signal });
  canvas.addEventListener("keydown", (event) => {
    const [[layer, head], { layers, heads }] = [picture.chosen, picture];
    const to = { ArrowUp: [layer - 1, head], ArrowDown: [layer + 1, head], ArrowLeft: [layer, head - 1], ArrowRight: [layer, head + 1], Home: [layer, 0], End: [layer, heads - 1] }[event.key];
    if (!to || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    choose(Math.max(0, Math.min(layers - 1, to[0])), Math.max(0, Math.min(heads - 1, to[1])));
  }, { signal });
  let widthPx = 0;
  onWidth(box.node(), signal, (exact) => {
    const width = Math.floor(exact);
    if (!width || width === widthPx) return;
    widthPx = width;
    redraw();
  });

  // the patterns change with the text, the width and the theme alone: kept as one bitmap
  let made = { canvas: document.createElement("canvas"), of: "" };
  const bitmap = (side) => {
    const { layers, heads, tokens: T, weights } = picture;
    const pixels = Math.round(side * (globalThis.devicePixelRatio || 1));
    const ramp = Array.from({ length: 256 }, (_, w) => channels(colors.sequential(Math.sqrt(w / 255))));
    const ahead = channels(colors.color("faint"));
    const of = [layers, heads, T, pixels, ramp[0], ramp[255], ahead].join(" ");
    if (made.of === of && made.weights === weights) return [made.canvas, pixels];
    [made.canvas.width, made.canvas.height] = [pixels * heads, pixels * layers];
    const context = made.canvas.getContext("2d");
    const step = Math.max(1, T / pixels); // of more tokens than pixels, a pixel shows the largest
    const size = begin(T);
    const image = context.createImageData(pixels, pixels);
    const packed = new Uint32Array(image.data.buffer); // red is the lowest byte
    const pack = ([red, green, blue]) => ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
    const [inks, blank] = [ramp.map(pack), pack(ahead)];
    for (let which = 0; which < layers * heads; which++) {
      const from = which * size;
      for (let y = 0; y < pixels; y++) {
        const [i, iEnd] = [Math.floor((y * T) / pixels), Math.max(Math.floor((y * T) / pixels) + 1, Math.floor(y * T / pixels + step))];
        for (let x = 0; x < pixels; x++) {
          const [j, jEnd] = [Math.floor((x * T) / pixels), Math.max(Math.floor((x * T) / pixels) + 1, Math.floor(x * T / pixels + step))];
          let most = -1;
          for (let r = i; r < Math.min(T, iEnd); r++) for (let c = j; c < Math.min(jEnd, r + 1); c++) most = Math.max(most, weights[from + begin(r) + c]);
          packed[y * pixels + x] = most < 0 ? blank : inks[most];
        }
      }
      context.putImageData(image, (which % heads) * pixels, Math.floor(which / heads) * pixels);
    }
    Object.assign(made, { of, weights });
    return [made.canvas, pixels];
  };

  return (next) => {
    picture = next;
    widthPx ||= box.node().clientWidth;
    if (!widthPx) return;
    const { layers, heads, chosen, weights, words, describe } = picture;
    const gap = heads > 8 ? 5 : 10;
    const side = Math.floor(Math.min(150, (widthPx - EDGE_PX - 2) / heads - gap));
    const narrow = side < 112;
    place = { across: side + gap, down: side + LABEL_PX + 4 };
    const heightPx = TOP_PX + layers * place.down;
    const context = surface(canvas, widthPx, heightPx);
    const family = getComputedStyle(canvas).fontFamily;
    const [image, pixels] = bitmap(side);
    context.textBaseline = "middle";
    for (let layer = 0; layer < layers; layer++) {
      for (let head = 0; head < heads; head++) {
        const [x, y] = [EDGE_PX + head * place.across, TOP_PX + layer * place.down];
        context.drawImage(image, head * pixels, layer * pixels, pixels, pixels, x, y, side, side);
        const at = layer === chosen[0] && head === chosen[1];
        context.strokeStyle = colors.color(at ? "accent" : "quiet");
        context.lineWidth = at ? 2.5 : 1;
        context.strokeRect(x - 0.5, y - 0.5, side + 1, side + 1);
        const [text, strong] = words(layer, head, narrow);
        context.font = `${strong ? "600 " : ""}${FONT_PX}px ${family}`;
        context.fillStyle = colors.color(at ? "accent" : strong ? "ink" : "muted");
        context.textAlign = "left";
        context.fillText(text, x, y + side + 11, place.across - 2);
        if (layer === 0) {
          context.font = `${FONT_PX}px ${family}`;
          context.fillStyle = colors.color("muted");
          context.textAlign = "center";
          context.fillText(`H${head}`, x + side / 2, 8);
        }
      }
      context.font = `${FONT_PX}px ${family}`;
      context.fillStyle = colors.color("muted");
      context.textAlign = "left";
      context.fillText(`L${layer}`, 0, TOP_PX + layer * place.down + side / 2);
    }
    canvas.weights = weights;
    canvas.center = (layer, head) => [EDGE_PX + head * place.across + side / 2, TOP_PX + layer * place.down + side / 2];
    canvas.setAttribute("aria-label", `${label}: ${describe(...chosen)}`);
  };
}

/** [red, green, blue] of "rgb(1, 2, 3)". */
const channels = (color) => color.match(/[\d.]+/g).slice(0, 3).map(Number);
