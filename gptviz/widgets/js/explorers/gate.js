import { button, segmented } from "../core/choice.js";
import { explorer } from "../core/explorer.js";
import { expression } from "../core/expression.js";
import { number, thousandths } from "../core/format.js";
import { gelu } from "../core/gelu.js";
import { range } from "../core/range.js";
import "./gate.css";

const CASES = [[0, 0], [1, 0], [0, 1], [1, 1]]; // first name there, last name there
const BENDS = { ReLU: (x) => Math.max(0, x), GELU: gelu, none: (x) => x };
const PYTHON = { ReLU: (x) => `torch.relu(${x})`, GELU: (x) => `torch.nn.functional.gelu(${x}, approximate="tanh")`, none: (x) => x };
const [LEAST, MOST] = [-3, 1];
// The curve's frame, in its own units: x and y from -3 and -3 to 3.
const [WIDE, HIGH, EDGE] = [360, 250, 26];
const across = (x) => EDGE + ((x + 3) / 6) * (WIDE - EDGE - 12);
const up = (y) => HIGH - EDGE - ((y + 3) / 6) * (HIGH - EDGE - 8);

export default explorer("gate", ["bias", "bend"], ({ root, model, t, change, signal }) => {
  const reset = () => change({ ...model.get("start") });
  const controls = root.append("div").attr("class", "gv-gate-controls");
  const showBias = range(controls, { label: t("bias"), min: LEAST, max: MOST, step: 0.05, marks: [-3, -2, -1, 0, 1].map((x) => [x, String(x).replace("-", "−")]) },
    (bias) => change({ bias }), signal);
  const showBend = segmented(controls, { label: t("bend"), options: Object.keys(BENDS).map((bend) => [bend, t(bend)]) }, (bend) => change({ bend }), signal);
  button(controls, t("reset"), reset, signal).attr("class", "gv-reset");
  root.on("keydown.unlock", ({ key }) => key === "Escape" && reset(), { signal });

  const two = root.append("div").attr("class", "gv-gate");
  const table = two.append("table").attr("class", "gv-gate-table");
  table.append("caption").text(t("table"));
  const heads = table.append("thead").append("tr").selectAll("th").data(["first", "last", "sum", "fires", "wanted"]).join("th").attr("scope", "col");
  heads.text((name) => t(name));
  const rows = table.append("tbody").selectAll("tr").data(CASES).join("tr");
  const cells = rows.selectAll("td").data(([first, last]) => [first, last, null, null, null]).join("td");
  cells.filter((_, i) => i < 2).append("span").attr("class", "gv-gate-input").attr("data-on", (on) => on).text((on) => on);

  const curve = two.append("svg").attr("viewBox", `0 0 ${WIDE} ${HIGH}`).attr("class", "gv-gate-curve").attr("role", "img").attr("aria-label", t("curve"));
  const line = (x1, y1, x2, y2) => curve.append("line").attr("x1", across(x1)).attr("y1", up(y1)).attr("x2", across(x2)).attr("y2", up(y2));
  line(-3, 0, 3, 0);
  line(0, -3, 0, 3);
  for (const x of [-3, -2, -1, 0, 1, 2, 3]) curve.append("text").attr("x", across(x)).attr("y", up(-3) + 18).text(String(x).replace("-", "−"));
  const path = curve.append("path");
  const points = curve.selectAll("g").data([[0, "neither"], [1, "one"], [3, "both"]]).join("g").attr("data-case", ([, name]) => name);
  points.append("circle").attr("r", 5);
  points.append("text").text(([, name]) => t(name));
  const drawBoth = expression(root, { t, signal, model });
  const drawOne = expression(root, { t, signal, model });

  return () => {
    const [bias, name] = [model.get("bias"), model.get("bend")];
    const bend = BENDS[name];
    const sums = CASES.map(([first, last]) => first + last + bias);
    const fires = sums.map(bend);
    showBias(bias, number(bias));
    showBend(name);

    rows.each(function (_, row) {
      const wanted = row === 3 ? 1 : 0;
      const right = Math.abs(fires[row] - wanted) < 1e-6;
      const [, , sum, fire, want] = this.children;
      sum.textContent = number(sums[row]);
      fire.textContent = thousandths(fires[row]);
      fire.style.setProperty("--share", `${(100 * Math.max(0, fires[row])) / 3}%`);
      want.textContent = `${wanted} ${right ? "✓" : "✗"}`;
      this.dataset.right = right;
    });
    const steps = Array.from({ length: 121 }, (_, i) => -3 + i / 20);
    path.attr("d", `M${steps.map((x) => `${across(x).toFixed(1)},${up(bend(x)).toFixed(1)}`).join("L")}`);
    points.attr("transform", ([row]) => `translate(${across(sums[row])},${up(fires[row])})`);
    // "both" above to the left of its point, where there is room; the others below ("neither" beside, at the bottom)
    const low = fires[0] < -2;
    const places = { neither: low ? [12, 8, "start"] : [0, 20, "middle"], one: [6, 20, "middle"], both: [-10, -10, "end"] };
    points.select("text").attr("x", ([, name]) => places[name][0]).attr("y", ([, name]) => places[name][1]).style("text-anchor", ([, name]) => places[name][2]);

    const explain = (draw, first, last, row) => {
      const inside = `torch.tensor(${first}.0 + ${last} + ${bias})`;
      const words = name === "none" ? "" : `${name}(${number(sums[row])}) = `;
      draw({ formula: [`${t(row === 3 ? "both" : "one")}: ${first} + ${last} + (${number(bias)}) = ${number(sums[row])};  ${words}`, { strong: thousandths(fires[row]) }], code: PYTHON[name](inside), value: fires[row] });
    };
    explain(drawBoth, 1, 1, 3);
    explain(drawOne, 1, 0, 1);
    return t("spoken", { bias: number(bias), neither: thousandths(fires[0]), one: thousandths(fires[1]), both: thousandths(fires[3]) });
  };
});
