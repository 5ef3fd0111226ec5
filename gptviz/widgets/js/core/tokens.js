import { onWidth } from "./width.js";

const SIGNS = { "\n": "↵", "\r": "␍", "\t": "⇥" };

/** Token text in which spaces at its ends, line breaks and characters without a shape can be seen. */
export function visible(token) {
  const ends = token.replace(/^ +| +$/g, (spaces) => "␣".repeat(spaces.length));
  return ends.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu, (char) => SIGNS[char] ?? `\\u${char.codePointAt(0).toString(16).padStart(4, "0")}`);
}

/** At most `length` characters, the last one an ellipsis if something was left out. */
export function shorten(text, length) {
  const characters = Array.from(text);
  return characters.length > length ? characters.slice(0, length - 1).join("") + "…" : text;
}

/**
 * The tokens of a text, in a row, one of them chosen: click, arrow keys, Home, End.
 * @returns {(tokens: string[], chosen: number, marked: boolean[]) => void} draws the strip
 */
export function tokenStrip(parent, { label, markLabel, choose, signal }) {
  const strip = parent.append("div").attr("class", "gv-strip").attr("role", "listbox").attr("aria-label", label);
  strip.attr("aria-orientation", "horizontal");
  let count = 0;
  let at = 0;
  let drawn = null;
  const pick = (index) => {
    choose(Math.max(0, Math.min(count - 1, index)));
    strip.node().children[at]?.focus({ preventScroll: true });
  };
  const place = () => {
    const box = strip.node();
    const option = box.children[at];
    if (option && (option.offsetTop < box.scrollTop || option.offsetTop + option.offsetHeight > box.scrollTop + box.clientHeight)) {
      box.scrollTop = option.offsetTop - box.clientHeight / 2;
    }
  };
  onWidth(strip.node(), signal, place);
  strip.on("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) pick(Number(option.dataset.index));
  }, { signal });
  strip.on("keydown", (event) => {
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: count - 1 }[event.key];
    if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    pick(to);
  }, { signal });

  return (tokens, chosen, marked) => {
    if (drawn === tokens && at === chosen) return; // to see where a token lies costs a layout: not at every step of a slider
    if (drawn !== tokens) {
      strip.selectAll("*").remove();
      strip.selectAll("span").data(tokens).join("span").attr("role", "option").attr("data-index", (_, i) => i);
      strip.selectAll("span").text(visible).classed("gv-rare", (_, i) => marked[i]);
      strip.selectAll("span").attr("aria-label", (token, i) => (marked[i] ? `${visible(token)} (${markLabel})` : null));
      drawn = tokens;
      count = tokens.length;
    }
    at = chosen;
    strip.selectAll("span").attr("aria-selected", (_, i) => String(i === at)).attr("tabindex", (_, i) => (i === at ? 0 : -1));
    place();
  };
}

/** [first, end) of at most `most` positions around one, as many before it as after it where there are. */
export function windowAround(position, count, most) {
  const first = Math.max(0, Math.min(position - Math.floor(most / 2), count - most));
  return [first, Math.min(count, first + most)];
}
