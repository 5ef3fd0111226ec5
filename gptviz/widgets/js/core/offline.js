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
