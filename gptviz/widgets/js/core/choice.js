/**
 * One of a few, side by side: click, or arrow keys.
 * @param {{label: string, options: [value: string, text: string][]}} options
 * @returns {(value: string) => void} shows which is chosen
 */
export function segmented(parent, { label, options }, onChoose, signal) {
  const box = parent.append("div").attr("class", "gv-segmented").attr("role", "radiogroup").attr("aria-label", label);
  const buttons = box.selectAll("button").data(options).join("button").attr("type", "button").attr("role", "radio");
  buttons.attr("data-option", ([value]) => value).text(([, text]) => text);
  buttons.on("click", (_, [value]) => onChoose(value), { signal });
  buttons.on("keydown", (event, [value]) => {
    const step = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const at = options.findIndex(([other]) => other === value);
    const to = (at + step + options.length) % options.length;
    onChoose(options[to][0]);
    buttons.nodes()[to].focus();
  }, { signal });
  return (value) => {
    buttons.attr("aria-checked", ([other]) => String(other === value)).attr("tabindex", ([other]) => (other === value ? 0 : -1));
  };
}

/** A switch with its name beside it. @returns {(on: boolean) => void} shows whether it is on */
export function toggle(parent, label, onChange, signal) {
  const box = parent.append("label").attr("class", "gv-toggle");
  const input = box.append("input").attr("type", "checkbox").attr("aria-label", label);
  box.append("span").text(label);
  input.on("change", () => onChange(input.node().checked), { signal });
  return (on) => {
    input.property("checked", on);
  };
}

/** A button that does something at once. @returns its d3 selection */
export function button(parent, label, onClick, signal) {
  return parent.append("button").attr("type", "button").text(label).on("click", onClick, { signal });
}
