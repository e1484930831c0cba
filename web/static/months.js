// How does one choose a span of months by hand? By dragging over the bars, or with Shift and the arrow keys.
// Each bar is a link that works without this. Not here: how a span is searched for (page.js).

export class Chart {
  /** `choose(since, until)` is called with the days of a span of several bars, `say(text)` with what is marked. */
  constructor(root, choose, say) {
    this.bars = [...root.querySelectorAll("a[data-since]")];
    this.choose = choose;
    this.say = say;
    const help = root.querySelector("#months-keys");
    help.hidden = false;
    const list = root.querySelector("ol");
    list.setAttribute("aria-describedby", help.id);
    this.#rove(this.bars.findLast((bar) => bar.hasAttribute("aria-current")) ?? this.bars.at(-1));
    list.addEventListener("keydown", (event) => this.#key(event));
    list.addEventListener("focusin", (event) => this.bars.includes(event.target) && this.#rove(event.target));
    list.addEventListener("focusout", (event) => {
      if (this.dragging || list.contains(event.relatedTarget)) return;
      this.anchor = null;
      this.#mark(null);
    });
    list.addEventListener("pointerdown", (event) => this.#press(event));
    list.addEventListener("click", (event) => this.dragged && event.preventDefault(), true);
  }

  /** One stop for the tab key, wherever it was left. */
  #rove(bar) {
    for (const one of this.bars) one.tabIndex = one === bar ? 0 : -1;
  }

  #mark(from, to) {
    this.span = from === null ? null : [Math.min(from, to), Math.max(from, to)];
    this.bars.forEach((bar, place) => bar.classList.toggle("marked", this.span !== null && place >= this.span[0] && place <= this.span[1]));
  }

  #take() {
    const [first, last] = this.span;
    this.choose(this.bars[first].dataset.since, this.bars[last].dataset.until);
  }

  #tell() {
    const [first, last] = this.span.map((place) => this.bars[place].dataset.text);
    const marked = this.bars.slice(this.span[0], this.span[1] + 1);
    const count = marked.reduce((sum, bar) => sum + Number(bar.dataset.count), 0);
    this.say(`${first === last ? first : `${first} to ${last}`}, ${count} articles`);
  }

  #key(event) {
    const place = this.bars.indexOf(event.target);
    if (place < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
    const last = this.bars.length - 1;
    const next = { ArrowLeft: place - 1, ArrowRight: place + 1, Home: 0, End: last }[event.key];
    if (next !== undefined) {
      event.preventDefault();
      const there = Math.max(0, Math.min(last, next));
      const from = this.anchor ?? place;
      const span = event.shiftKey;
      this.bars[there].focus();
      this.anchor = span ? from : null;
      this.#mark(span ? from : null, there);
      if (span) this.#tell();
    } else if (event.key === "Enter" && this.span && this.span[0] < this.span[1]) {
      event.preventDefault();
      this.#take();
    } else if (event.key === "Escape" && this.span) {
      this.anchor = null;
      this.#mark(null);
    }
  }

  #press(event) {
    const from = this.#under(event);
    if (event.button !== 0 || from < 0) return;
    this.dragged = false;
    this.dragging = true;
    const move = (moved) => {
      const to = this.#under(moved);
      if (to < 0 || (!this.dragged && to === from)) return;
      this.dragged = true;
      this.#mark(from, to);
    };
    const end = (ended) => {
      this.dragging = false;
      for (const [name, listener] of Object.entries(listeners)) removeEventListener(name, listener);
      if (ended.type === "pointerup" && this.dragged) this.#take();
      else this.#mark(null);
      setTimeout(() => (this.dragged = false)); // after the click that follows
    };
    const listeners = { pointermove: move, pointerup: end, pointercancel: end };
    for (const [name, listener] of Object.entries(listeners)) addEventListener(name, listener);
  }

  /** The place of the bar at the pointer's distance from the left; the nearest one where a month is empty. */
  #under({ clientX }) {
    const middles = this.bars.map((bar) => {
      const { left, right } = bar.getBoundingClientRect();
      return Math.abs(clientX - (left + right) / 2);
    });
    return middles.indexOf(Math.min(...middles));
  }
}
