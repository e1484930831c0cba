// What makes a text field with a list below it the combobox of WAI-ARIA 1.2? Roles, states and keys of an editable
// combobox with list autocomplete: the focus stays in the field, aria-activedescendant says which option is meant.
// Not here: what the options are and what choosing one does (page.js, search-box.js).

export const PACE = 100; // milliseconds between two requests while typing
export const SLOW = 350; // a wait that a reader should see
export const PATIENCE = 10_000; // after which the reader is told

let fields = 0;

export class Combobox {
  /** `choose(option, event)` is called with the element of the option that was clicked or entered. */
  constructor(input, list, choose) {
    this.input = input;
    this.list = list;
    this.choose = choose;
    this.prefix = `${list.id}-${++fields}-`;
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", list.id);
    input.addEventListener("keydown", (event) => this.#key(event));
    input.addEventListener("blur", () => this.close());
    // The focus stays in the field, whatever is clicked in the list.
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.choose(option, event);
    });
  }

  get options() {
    return [...this.list.querySelectorAll("[role=option]")];
  }

  get open() {
    return !this.list.hidden;
  }

  /** Shows these elements, each an option or a group of them; without any the list is closed. */
  show(elements) {
    this.#activate(null);
    this.list.replaceChildren(...elements);
    this.options.forEach((option, place) => {
      option.id = this.prefix + place;
      option.setAttribute("aria-selected", "false");
    });
    this.#expand(this.options.length > 0 && this.input.matches(":focus"));
  }

  close() {
    this.#activate(null);
    this.#expand(false);
  }

  #expand(open) {
    this.list.hidden = !open;
    this.input.setAttribute("aria-expanded", String(open));
  }

  #activate(option) {
    this.active?.setAttribute("aria-selected", "false");
    this.active = option;
    if (!option) return this.input.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", option.id);
  }

  /** Beyond either end is the field itself, then the other end. */
  #move(step) {
    const options = this.options;
    const stops = options.length + 1;
    const place = options.indexOf(this.active);
    const next = (place < 0 ? (step > 0 ? 0 : options.length - 1) : (place + step + stops) % stops);
    this.#activate(options[next] ?? null);
  }

  #key(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    const { key, altKey } = event;
    if (key === "ArrowDown" || key === "ArrowUp") {
      if (!this.options.length) return;
      event.preventDefault();
      if (altKey) return key === "ArrowDown" ? this.#expand(true) : this.close();
      this.#expand(true);
      this.#move(key === "ArrowDown" ? 1 : -1);
    } else if (key === "Enter" && this.active) {
      event.preventDefault();
      this.choose(this.active, event);
    } else if (key === "Escape" && this.open) {
      event.preventDefault();
      event.stopPropagation();
      this.close();
    } else if (["Home", "End", "ArrowLeft", "ArrowRight"].includes(key)) {
      this.#activate(null); // these move the caret, so the field is meant again
    }
  }
}

/** Tells a live region what has changed, once it has settled: of every letter it would be noise. */
export class Announcer {
  constructor(region, wait = 700) {
    this.region = region;
    this.wait = wait;
  }

  say(text) {
    clearTimeout(this.timer);
    this.region.textContent = ""; // so that the same text is said again
    this.timer = setTimeout(() => (this.region.textContent = text), this.wait);
  }
}

/** Calls at once, then at most every `wait` milliseconds, always with what was asked last. */
export function paced(call, wait) {
  let timer;
  let last = -Infinity;
  const run = () => {
    last = performance.now();
    call();
  };
  const ask = () => {
    clearTimeout(timer);
    const rest = last + wait - performance.now();
    if (rest <= 0) run();
    else timer = setTimeout(run, rest);
  };
  ask.cancel = () => clearTimeout(timer);
  return ask;
}

/** An element with attributes and children; texts never become markup. */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** Whether a key pressed on the page asks for the search field: a slash where nobody is typing, or Ctrl-K. */
export function callsSearch(event) {
  if (event.defaultPrevented || event.isComposing || event.altKey) return false;
  if ((event.ctrlKey || event.metaKey) && !event.shiftKey) return event.key.toLowerCase() === "k";
  const typed = event.composedPath()[0];
  const typing = typed.isContentEditable || /^(input|textarea|select)$/i.test(typed.tagName ?? "");
  return event.key === "/" && !event.ctrlKey && !event.metaKey && !typing;
}

/** An address that a link may lead to, or null. */
export function webAddress(text, base) {
  try {
    const url = new URL(text, base);
    return /^https?:$/.test(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}
