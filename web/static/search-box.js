// How does any page of a site get this search? By <article-search>: a field with the best hits below it, or a button
// that opens the same in a dialog. Its shadow tree keeps the page's styles out and its own in; texts of articles are
// data and never become markup. Not here: keys and roles of the field (combobox.js), pages of results (the server's).

import { Announcer, Combobox, PACE, PATIENCE, SLOW, callsSearch, element, paced, webAddress } from "./combobox.js";

const server = new URL("..", import.meta.url);
const script = [...document.scripts].find((one) => {
  const url = one.src && new URL(one.src);
  return url && url.origin === server.origin && url.pathname.endsWith("/search-box.js");
});
const EDGE = 8; // pixels that stay free at either side of the window
const READABLE = 28; // em; narrower lines of a hit are hard to read
const sheet = fetch(new URL("search-box.css", import.meta.url))
  .then((answer) => (answer.ok ? answer.text() : ""))
  .catch(() => "")
  .then((text) => {
    const made = new CSSStyleSheet();
    made.replaceSync(text);
    return made;
  });

/** Attributes, each also a data-… of the script for all boxes of the page: `mode` (`inline` or `modal`), `label`,
 * `placeholder`, `limit`, `category`, `site` (where relative addresses of articles start), `hotkey` (`off`). */
class ArticleSearch extends HTMLElement {
  async connectedCallback() {
    if (this.shadowRoot) return this.#listen();
    this.attachShadow({ mode: "open", delegatesFocus: true });
    this.#build();
    this.#listen();
    this.shadowRoot.adoptedStyleSheets = [await sheet];
    this.shadowRoot.append(this.root); // seen only with its style
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.hotkey);
  }

  #option(name, otherwise) {
    return this.getAttribute(name) ?? script?.dataset[name] ?? otherwise;
  }

  get modal() {
    return this.#option("mode", "inline") === "modal";
  }

  /** Puts the reader into the field; opens the dialog, if there is one. */
  open() {
    if (this.dialog && !this.dialog.open) this.dialog.showModal();
    this.field.focus();
    this.field.select();
  }

  #build() {
    const label = this.#option("label", "Search");
    const keys = this.#option("hotkey", "") !== "off";
    this.field = element("input", {
      part: "input", id: "field", name: "q", type: "text", inputmode: "search", maxlength: 2000, autocomplete: "off",
      autocapitalize: "none", spellcheck: "false", enterkeyhint: "search", "aria-label": label,
      placeholder: this.#option("placeholder", label),
    });
    this.form = element("form", { part: "form", role: "search", action: server.href, method: "get" }, lens(), this.field);
    this.list = element("div", { part: "list", id: "hits", role: "listbox", "aria-label": "Articles", hidden: "" });
    this.note = element("p", { part: "note", hidden: "" });
    const status = element("p", { class: "unseen", role: "status" });
    this.panel = element("div", { part: "panel", class: "panel" }, this.list, this.note);
    const box = element("div", { class: "box" }, this.form, this.panel, status);
    this.root = element("div", { part: "root", class: "root" }, box);
    if (keys) this.field.setAttribute("aria-keyshortcuts", "/ Control+K");
    if (this.modal) this.#wrap(box, label, keys);
    else if (keys) this.form.append(key());
    this.announcer = new Announcer(status);
    this.combobox = new Combobox(this.field, this.list, (option, event) => event.type === "click" || option.click());
    const ask = paced(() => this.#ask(), PACE);
    const typed = (event) => event.isComposing || ask();
    this.field.addEventListener("input", typed);
    this.field.addEventListener("compositionend", typed);
    this.field.addEventListener("keydown", (event) => this.#escape(event));
    this.form.addEventListener("submit", (event) => this.field.value.trim() || event.preventDefault());
  }

  #wrap(box, label, keys) {
    const button = element("button", { part: "button", type: "button", "aria-haspopup": "dialog" }, lens(), label);
    if (keys) button.append(key());
    button.addEventListener("click", () => this.open());
    this.dialog = element("dialog", { part: "dialog", "aria-label": label }, box);
    this.dialog.addEventListener("click", (event) => event.target === this.dialog && this.dialog.close());
    const close = element("button", { part: "close", type: "button", "aria-label": "Close" }, "×");
    close.addEventListener("click", () => this.dialog.close());
    this.form.append(close);
    this.root.replaceChildren(button, this.dialog);
  }

  #listen() {
    this.hotkey = (event) => {
      if (this.#option("hotkey", "") === "off" || !callsSearch(event)) return;
      event.preventDefault();
      this.open();
    };
    document.addEventListener("keydown", this.hotkey);
  }

  /** With its list closed, Escape empties the field; a dialog it closes at once. */
  #escape(event) {
    if (event.key !== "Escape" || event.isComposing) return;
    this.note.hidden = true;
    if (event.defaultPrevented && !this.dialog) return;
    event.preventDefault();
    if (this.dialog) return this.dialog.close();
    this.field.value = "";
    this.#ask();
  }

  async #ask() {
    this.request?.abort();
    const mine = (this.request = new AbortController());
    const q = this.field.value.trim();
    if (!q) return this.#show([], "");
    const url = new URL("api/search", server);
    url.search = this.#asked({ q, limit: this.#option("limit", "8"), typing: "1" });
    const slow = setTimeout(() => this.root.classList.add("busy"), SLOW);
    const late = setTimeout(() => mine.abort("late"), PATIENCE);
    try {
      const answer = await fetch(url, { signal: mine.signal, credentials: "omit" });
      if (!answer.ok) throw new Error(answer.statusText);
      const found = await answer.json();
      if (this.request === mine) this.#take(q, found);
    } catch {
      if (this.request === mine) this.#fail(q);
    } finally {
      clearTimeout(slow);
      clearTimeout(late);
      if (this.request === mine) this.root.classList.remove("busy");
    }
  }

  #take(q, { total, hits }) {
    if (!total) return this.#show([], `Nothing found for “${q}”`);
    const count = `${total.toLocaleString("en")} article${total === 1 ? "" : "s"}`;
    // Of all articles that were counted, as if the last word might still go on
    const all = element("a", { part: "all", role: "option", tabindex: "-1", href: this.#page({ q, typing: "1" }) }, `See all ${count}`);
    const list = element("div", { part: "hits", role: "presentation" }, ...hits.map((hit) => this.#hit(hit)));
    this.#show([list, ...(total > hits.length ? [all] : [])], "");
    this.announcer.say(count);
  }

  #fail(q) {
    const link = element("a", { href: this.#page({ q }) }, "Open the search page");
    this.#show([], "The search cannot be reached just now. ", link);
  }

  #show(options, ...note) {
    if (!this.dialog) this.#place();
    this.combobox.show(options);
    this.note.replaceChildren(...note);
    this.note.hidden = !this.note.textContent;
    this.announcer.say(this.note.textContent);
  }

  /** The panel is as wide as the field, or as is good to read, and stays within the window. */
  #place() {
    const { left, width } = this.form.getBoundingClientRect();
    const room = document.documentElement.clientWidth - 2 * EDGE;
    const wide = Math.min(Math.max(width, READABLE * parseFloat(getComputedStyle(this.root).fontSize)), room);
    this.panel.style.setProperty("--wide", `${wide}px`);
    this.panel.style.setProperty("--left", `${Math.max(EDGE, Math.min(left, EDGE + room - wide)) - left}px`);
  }

  /** Parameters of a search, with the categories this box keeps to. */
  #asked(parameters) {
    const categories = this.#option("category", "").split(",").map((one) => one.trim()).filter(Boolean);
    return new URLSearchParams([...Object.entries(parameters), ...categories.map((one) => ["category", one])]);
  }

  #page(parameters) {
    const url = new URL(server);
    url.search = this.#asked(parameters);
    return url.href;
  }

  #hit(hit) {
    const facts = [day(hit.date), ...hit.categories.slice(0, 3)].filter(Boolean).join(" · ");
    const title = hit.title_fragments.length ? hit.title_fragments : [{ text: hit.title || hit.id }];
    const snippet = hit.snippet.length ? hit.snippet : [{ text: hit.description }];
    return element("a", { part: "hit", role: "option", tabindex: "-1", href: this.#address(hit) },
      element("span", { part: "title" }, ...marked(title)),
      element("span", { part: "facts" }, facts),
      element("span", { part: "snippet" }, ...marked(snippet)));
  }

  /** The site's own page of an article, else the one that the search has. */
  #address({ id, url }) {
    const here = `article/${encodeURIComponent(id.toWellFormed?.() ?? id).replaceAll("%2F", "/")}`;
    if (decoded(url) === `/article/${id}`) return new URL(here, server).href;
    return webAddress(url, this.#option("site", location.href)) ?? new URL(here, server).href;
  }
}

function decoded(url) {
  try {
    return decodeURIComponent(url);
  } catch {
    return url;
  }
}

function marked(fragments) {
  return fragments.map(({ text, match }) => (match ? element("mark", { part: "mark" }, text) : text));
}

/** A date as the page's language writes it, on the day it has where it was written; English as the search page does. */
function day(date) {
  if (!date) return "";
  const style = { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" };
  const { lang } = document.documentElement;
  try {
    return new Date(date.slice(0, 10)).toLocaleDateString(lang === "en" ? "en-GB" : lang || undefined, style);
  } catch {
    return date.slice(0, 10);
  }
}

const key = () => element("kbd", { part: "key", "aria-hidden": "true" }, "/");

function lens() {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  const path = document.createElementNS(space, "path");
  for (const [name, value] of Object.entries({ viewBox: "0 0 24 24", "aria-hidden": "true", part: "lens" })) svg.setAttribute(name, value);
  path.setAttribute("d", "M10.5 4a6.5 6.5 0 1 1 0 13a6.5 6.5 0 0 1 0-13m5 11.5 5 5");
  svg.append(path);
  return svg;
}

customElements.define("article-search", ArticleSearch);
if (script?.dataset.target) document.querySelector(script.dataset.target)?.append(document.createElement("article-search"));
