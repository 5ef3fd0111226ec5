import { interpolateRgb } from "d3-interpolate";

const STEPS = 64;

/**
 * The colours of the present theme as a canvas needs them. SVG and HTML use the CSS variables themselves.
 * @param {() => void} redraw called when the theme changes
 * @returns `color(name)`: a hue of figures/colors.json, or "back"; `sequential(share, hue)`: from the back (0) to a hue (1);
 *   `veil(share, hue)`: from nothing, so that what lies below is seen, to a hue; `diverging(value, largest)`: "below" for negative values, the back for 0, "accent" for positive ones; `theme()`: another text for
 *   other colours, for what keeps a painted picture (the back is the page's, the hues are ours: they may change one after the other)
 */
export function palette(root, signal, redraw) {
  const probe = root.append("span").attr("hidden", "").node();
  let known = {};
  const read = (name) => {
    probe.style.color = `var(--gv-${name})`;
    return getComputedStyle(probe).color;
  };
  const color = (name) => (known[name] ||= read(name)); // "" while JupyterLab has the explorer out of the page: not kept
  const ramp = (hue) => (known[`ramp ${hue} ${color("back")}`] ??= Array.from({ length: STEPS + 1 }, (_, i) => interpolateRgb(color("back"), color(hue))(i / STEPS)));
  const sequential = (share, hue = "accent") => ramp(hue)[Math.round(STEPS * Math.max(0, Math.min(1, share)))];
  const veil = (share, hue = "accent") => color(hue).replace("rgb(", "rgba(").replace(")", `, ${Math.round(STEPS * Math.max(0, Math.min(1, share))) / STEPS})`);
  const diverging = (value, largest) => sequential(Math.abs(value) / largest, value < 0 ? "below" : "accent");

  const changed = () => {
    known = {};
    redraw();
  };
  const watch = new MutationObserver(changed);
  watch.observe(document.body, { attributes: true, attributeFilter: ["class", "data-jp-theme-light", "data-jp-theme-name"] });
  watch.observe(document.documentElement, { attributes: true, attributeFilter: ["theme"] });
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  scheme.addEventListener("change", changed, { signal });
  document.addEventListener("load", ({ target }) => target.rel === "stylesheet" && changed(), { capture: true, signal }); // JupyterLab's comes late
  signal.addEventListener("abort", () => watch.disconnect(), { once: true });
  const theme = () => `${color("back")} ${color("accent")}`;
  return { color, sequential, veil, diverging, theme };
}
