import { scaleLinear } from "d3-scale";

const THUMB_PX = 16; // the thumb's centre travels over the width of the input less one thumb

/**
 * A labelled slider with its value beside it and marks below.
 * @param {{label: string, min: number, max: number, step: number, marks: [number, string][], from?: number, fromLabel?: string}} options
 *   `from`: beyond this value the track is hatched, and `fromLabel` says why
 * @returns {(value: number, text: string) => void} shows a value and how it reads
 */
export function range(parent, { label, min, max, step, marks, from, fromLabel }, onInput, signal) {
  const box = parent.append("label").attr("class", "gv-range");
  const head = box.append("span").attr("class", "gv-range-head");
  head.append("span").text(label);
  const shown = head.append("output");
  const place = scaleLinear([min, max], [0, 1]);
  const left = (value) => `calc(${THUMB_PX / 2}px + (100% - ${THUMB_PX}px) * ${place(value)})`;
  const track = box.append("span").attr("class", "gv-track");
  if (from !== undefined) track.append("span").attr("class", "gv-beyond").style("left", left(from));
  const input = track.append("input").attr("type", "range").attr("aria-label", label);
  input.attr("min", min).attr("max", max).attr("step", step);
  input.on("input", () => onInput(Number(input.node().value)), { signal });
  const scale = box.append("span").attr("class", "gv-marks").attr("aria-hidden", "true");
  for (const [value, text] of marks) scale.append("span").style("left", left(value)).text(text);
  if (from !== undefined) scale.append("span").attr("class", "gv-beyond-label").style("left", left((from + max) / 2)).text(fromLabel);

  return (value, text) => {
    if (Number(input.node().value) !== value) input.node().value = value;
    input.attr("aria-valuetext", text);
    shown.text(text);
  };
}
