import { bars } from "../core/bars.js";
import { float32 } from "../core/bytes.js";
import { palette } from "../core/colors.js";
import { explorer } from "../core/explorer.js";
import { expression } from "../core/expression.js";
import { MICROSCOPE, microscope } from "../core/microscope.js";
import { multiples } from "../core/multiples.js";
import { textBox } from "../core/text_box.js";
import "./heads.css";

const LEAST = 0.25; // of a head's attention: below it, a role is not worth a name

export default explorer("heads", [...MICROSCOPE, "weights", "roles", "scores"], (tools) => {
  const { root, model, t, change, ask, redraw, signal } = tools;
  const get = (trait) => model.get(trait);
  const colors = palette(root, signal, () => redraw());
  const drawText = textBox(root, tools);
  const sides = root.append("div").attr("class", "gv-sides");
  const left = sides.append("div");
  const right = sides.append("div").attr("class", "gv-beside");
  left.append("div").attr("class", "gv-says").append("b").text(t("says", { heads: get("n_layer") * get("n_head") }));
  const drawAll = multiples(left, { label: t("all_heads"), colors, redraw: () => redraw(), signal, choose: (layer, head) => change({ layer, head }) });
  const title = left.append("div").attr("class", "gv-roles-title");
  const drawRoles = bars(left, { label: t("roles"), signal });
  const open = right.append("div").attr("class", "gv-opened");
  const drawOne = microscope(right, tools, { full: false, heightPx: 380, controls: right });
  const drawCode = expression(left, tools);
  let asked = false;
  let small = { of: null, bytes: null };
  const bytes = (view) => (small.of === view ? small.bytes : (small = { of: view, bytes: new Uint8Array(view.buffer, view.byteOffset, view.byteLength) }).bytes);

  return () => {
    drawText();
    const [L, H, layer, head, names] = [get("n_layer"), get("n_head"), get("layer"), get("head"), get("roles")];
    const scores = float32(get("scores")); // roles × layers × heads
    const score = (role, l, h) => scores[(role * L + l) * H + h];
    const best = (l, h) => names.reduce((most, _, role) => (most < 0 || score(role, l, h) > score(most, l, h) ? role : most), -1);
    const words = (l, h, narrow) => {
      const role = best(l, h);
      if (role < 0) return ["", false];
      const value = score(role, l, h);
      const text = value.toFixed(2);
      return [narrow ? `${t(`short_${names[role]}`)} ${text.replace(/^0/, "")}` : `${t(`role_${names[role]}`)} ${text}`, value >= LEAST];
    };
    const describe = (l, h) => `L${l}H${h} ${words(l, h, false)[0]}`;
    const weights = get("weights");
    drawAll({ layers: L, heads: H, tokens: get("tokens").length, weights: bytes(weights), chosen: [layer, head], words, describe });

    const measured = names.length > 0;
    title.text(t(measured ? "measured" : get("kernel") ? "measuring" : "not_measured", { layer, head }));
    const all = ["previous", "first", "induction", "copying", "adjective", "reference"];
    drawRoles(all.map((name) => {
      const role = names.indexOf(name);
      const value = role < 0 ? 0 : score(role, layer, head);
      return { key: name, name: t(`role_${name}`), value: Math.max(0, value), text: role < 0 ? (measured ? t("not_measured_role") : "…") : value.toFixed(2).replace("-", "−"), tone: value >= LEAST ? "accent" : "bar", title: t(`does_${name}`) };
    }), { from: 0, to: 1 });
    const role = best(layer, head);
    drawCode(role < 0 ? {} : { formula: [t("role_is", { layer, head, role: t(`role_${names[role]}`) }), { strong: score(role, layer, head).toFixed(2) }], code: `gv.probes.heads.head_roles(gpt)["${names[role]}"][${layer}, ${head}]`, value: score(role, layer, head) });
    open.text(t("opened", { layer, head }));
    const said = drawOne();
    if (!measured && !asked && get("kernel") && !ask.state) {
      asked = true;
      setTimeout(() => !signal.aborted && ask({ roles: true }), 50); // after the first picture
    }
    return `${describe(layer, head)}. ${said ?? ""}`;
  };
});
