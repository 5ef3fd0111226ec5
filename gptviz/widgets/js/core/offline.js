// What an explorer needs of a notebook, for a page without one: a model that holds the traits and tells who listens.

class Traits {
  #values;
  #listeners = new Map();

  constructor(values) {
    this.#values = values;
  }

  get(name) {
    return this.#values[name];
  }

  set(name, value) {
    if (this.#values[name] === value) return;
    this.#values[name] = value;
    for (const listener of this.#listeners.get(`change:${name}`) ?? []) listener();
  }

  on(event, listener) {
    if (!this.#listeners.has(event)) this.#listeners.set(event, new Set());
    this.#listeners.get(event).add(listener);
  }

  off(event, listener) {
    this.#listeners.get(event)?.delete(listener);
  }

  save_changes() {} // nobody to save for

  send() {} // nobody to ask: explorers see the trait `kernel` = false, and say so
}

/** Draw an explorer into an element. `bytes`: the traits that are arrays, as base64. */
export function mount(el, { render }, values, bytes) {
  for (const [name, text] of Object.entries(bytes)) {
    values[name] = new DataView(Uint8Array.from(atob(text), (char) => char.charCodeAt(0)).buffer);
  }
  return render({ model: new Traits(values), el });
}

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;,=>?@^_`{|}~";

/** The bytes of base 85: five characters for four bytes. */
function decoded85(text) {
  const digit = new Uint8Array(128);
  for (let i = 0; i < 85; i++) digit[DIGITS.charCodeAt(i)] = i;
  const bytes = new DataView(new ArrayBuffer((text.length / 5) * 4));
  for (let i = 0; i < text.length / 5; i++) {
    let value = 0;
    for (let j = 0; j < 5; j++) value = value * 85 + digit[text.charCodeAt(5 * i + j)];
    bytes.setUint32(4 * i, value);
  }
  return bytes;
}

const load = (code) => import(URL.createObjectURL(new Blob([code], { type: "text/javascript" })));

/**
 * Draw all explorers of a page, the n-th into the n-th of `places`. `packed`: base 85 of [length, uint32; that many bytes of gzip].
 * Inside: [length, uint32; JSON; arrays]. The JSON: `modules`, by name their `code` and `style`; `values`; `explorers`, each with its `name`,
 * `state`, by trait an index of `values`, and `arrays`, by trait [first byte, bytes], of which all first bytes of four come first, then all
 * second ones …: so they compress better.
 */
export async function mountAll(places, packed) {
  const whole = decoded85(packed);
  const zipped = new Blob([new Uint8Array(whole.buffer, 4, whole.getUint32(0, true))]);
  const all = await new Response(zipped.stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
  const first = 4 + new DataView(all).getUint32(0, true);
  const { modules, values, explorers } = JSON.parse(new TextDecoder().decode(new Uint8Array(all, 4, first - 4)));
  const array = ([from, length]) => {
    const quarter = Math.ceil(length / 4);
    const planes = new Uint8Array(all, first + from, 4 * quarter);
    const bytes = Uint8Array.from({ length }, (_, i) => planes[(i % 4) * quarter + (i >> 2)]);
    return new DataView(bytes.buffer);
  };
  for (const { style } of Object.values(modules)) document.head.append(Object.assign(document.createElement("style"), { textContent: style }));
  const names = Object.keys(modules);
  const loaded = await Promise.all(names.map((name) => load(modules[name].code)));
  for (const [n, { name, state, arrays }] of explorers.entries()) {
    const traits = Object.entries(state).map(([trait, index]) => [trait, values[index]]);
    const views = Object.entries(arrays).map(([trait, place]) => [trait, array(place)]);
    places[n].replaceChildren();
    mount(places[n], loaded[names.indexOf(name)].default, Object.fromEntries([...traits, ...views]), {});
  }
}
