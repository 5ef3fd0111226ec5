import { explorer } from "../core/explorer.js";
import { MICROSCOPE, microscope } from "../core/microscope.js";
import { range } from "../core/range.js";
import { textBox } from "../core/text_box.js";
import "./attention.css";

/** The marks under a slider over 0 … count - 1: all of them, as far as they can be read. */
export const places = (count) => {
  const every = Math.ceil(count / 12);
  return [...Array(count).keys()].filter((i) => i % every === 0 || i === count - 1).map((i) => [i, String(i)]);
};

export default explorer("attention", MICROSCOPE, (tools) => {
  const { root, model, t, change, signal } = tools;
  const get = (trait) => model.get(trait);
  const drawText = textBox(root, tools);
  const controls = root.append("div").attr("class", "gv-controls");
  const slider = (name, count) => range(controls, { label: t(name), min: 0, max: count - 1, step: 1, marks: places(count) }, (value) => change({ [name]: value }), signal);
  const drawLayer = slider("layer", get("n_layer"));
  const drawHead = slider("head", get("n_head"));
  const drawHeadPicture = microscope(root, tools, { controls });
  return () => {
    drawText();
    drawLayer(get("layer"), String(get("layer")));
    drawHead(get("head"), String(get("head")));
    return drawHeadPicture();
  };
});
