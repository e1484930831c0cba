// How does the search page follow the reader's typing? It asks for the very page that the address names and takes
// its parts over, so that the server's templates are the only ones and every state has an address.
// Without this script all of it works by links and a form. Not here: keys and roles of the field (combobox.js).

import { Announcer, Combobox, PACE, PATIENCE, SLOW, callsSearch, element, paced, webAddress } from "./combobox.js";
import { Chart } from "./months.js";

const SETTLED = 1_200; // a pause after which what follows is another entry of the history

const form = document.getElementById("search");
const field = form.elements.q;
const trouble = document.getElementById("trouble");
const suggestions = document.getElementById("suggestions");
const announcer = new Announcer(document.getElementById("status"));
const searchPage = new URL(form.action);
const live = () => document.body.classList.contains("live");

let request; // the one under way
let burst = false; // whether the entry of the history is of words that are still being typed
let settling;
let here = location.href;
const scrolled = new Map(); // how far down the page of an address was left

// ---- The state as an address ----

function wanted(changes = {}) {
  const url = new URL(searchPage);
  for (const [name, value] of new FormData(form)) if (value.trim()) url.searchParams.append(name, value.trim());
  for (const [name, value] of Object.entries(changes)) url.searchParams.set(name, value);
  return url.href;
}

/** The same while the last word may still go on, which the address says too: it always names what is seen. */
function unfinished() {
  return wanted(/\S$/.test(field.value) ? { typing: 1 } : {});
}

const isSearch = (url) => url.origin === searchPage.origin && url.pathname === searchPage.pathname;

// ---- Asking and showing ----

/** Shows the page of an address. `entry`: whether the history gets to know; `typed`: the words in the field are newer
 * than any answer; `final`: what comes next is another entry of the history; `top`: where to scroll to, if anywhere. */
function show(address, { entry = true, typed = false, final = true, top = null } = {}) {
  request?.abort();
  const mine = (request = new XMLHttpRequest()); // makes a document itself, so no text has to become markup here
  mine.open("GET", address);
  mine.responseType = "document";
  mine.timeout = PATIENCE;
  const slow = setTimeout(() => busy(true), SLOW);
  const over = () => {
    clearTimeout(slow);
    if (request !== mine) return false; // another was asked for since
    request = null;
    busy(false);
    return true;
  };
  mine.onabort = over;
  mine.onerror = mine.ontimeout = () => over() && fail(address);
  mine.onload = () => {
    if (!over()) return;
    const page = mine.response;
    const usable = mine.status < 500 && mine.status !== 429 && page?.getElementById("content");
    const away = page?.querySelector("[data-unavailable]"); // else who is told when to come back asks too much
    if (!usable) return fail(address, mine.status === 429 || (!away && mine.getResponseHeader("Retry-After")));
    trouble.hidden = true;
    if (entry) remember(address, final);
    take(page, typed);
    if (top !== null) scrollTo(0, top);
  };
  mine.send();
}

function remember(address, final) {
  if (address !== location.href) history[burst ? "replaceState" : "pushState"](null, "", address);
  burst = !final;
  here = location.href;
}

function busy(is) {
  document.body.classList.toggle("busy", is);
  document.getElementById("main")?.setAttribute("aria-busy", String(is));
}

function fail(address, crowded) {
  const why = crowded ? "Too many searches at once." : "The search cannot be reached just now.";
  const again = element("a", { href: address }, "Try again");
  trouble.replaceChildren(`${why} `, again);
  trouble.hidden = false;
  announce();
}

/** Takes the parts of a page over; the field, with its focus and what is being composed in it, stays. */
function take(page, typed) {
  const old = document.getElementById("content");
  const fresh = document.adoptNode(page.getElementById("content"));
  const focused = old.contains(document.activeElement) ? keyOf(document.activeElement) : null;
  const open = new Set([...old.querySelectorAll("details[open][data-key]")].map((fold) => fold.dataset.key));
  const images = new Map([...old.querySelectorAll("img")].map((image) => [image.src, image]));
  const filters = document.getElementById("show-filters")?.checked;
  for (const fold of fresh.querySelectorAll("details[data-key]")) fold.open = open.has(fold.dataset.key);
  for (const image of fresh.querySelectorAll("img")) {
    const known = images.get(image.src);
    if (known) image.replaceWith(known); // one that is loaded does not flicker
    images.delete(image.src);
  }
  document.title = page.title;
  document.body.className = page.body.className;
  document.querySelector(".skip").textContent = page.querySelector(".skip").textContent;
  document.getElementById("brand").replaceWith(document.adoptNode(page.getElementById("brand")));
  old.replaceWith(fresh);
  const shown = document.getElementById("show-filters");
  if (shown) shown.checked = filters ?? false;
  if (!typed) field.value = page.getElementById("q").value;
  field.placeholder = page.getElementById("q").placeholder;
  dress();
  if (focused !== null) refocus(focused);
  announce();
}

const keyOf = (one) => one.dataset.key || one.id || "";

function refocus(key) {
  const again = key && [...document.querySelectorAll("#content [data-key], #content [id]")].find((one) => keyOf(one) === key);
  const heading = document.querySelector("#main h1") ?? document.getElementById("main");
  if (!again) heading.tabIndex = -1;
  (again || heading).focus({ preventScroll: Boolean(again) });
}

const words = (one) => one?.textContent.replace(/\s+/g, " ").trim() ?? "";

function announce() {
  const heading = words(trouble.hidden ? document.querySelector("h1") : trouble);
  const count = combobox.open ? combobox.options.length : 0;
  const offered = count ? `${count} suggestion${count > 1 ? "s" : ""}` : "";
  announcer.say([heading, offered].filter(Boolean).join(". "));
}

function dress() {
  const months = document.querySelector(".months");
  if (!months) return;
  new Chart(months, (since, until) => show(wanted({ since, until })), (text) => announcer.say(text));
}

// ---- Typing ----

const ask = paced(() => {
  if (live()) show(unfinished(), { typed: true, final: false });
  suggest();
}, PACE);

function typed(event) {
  if (event.isComposing) return; // compositionend follows
  clearTimeout(settling);
  settling = setTimeout(stand, SETTLED);
  ask();
}

/** Words that stand for a while were meant, though nobody submitted them. */
function stand() {
  settle();
  const meant = document.getElementById("main")?.dataset.meant;
  if (!meant || !field.value.trim() || !new URL(here).searchParams.has("typing")) return;
  const url = new URL(meant, location.href);
  url.search = new URLSearchParams([...new URL(wanted({ limit: 1 })).searchParams, ["log", 1]]);
  fetch(url, { keepalive: true }).catch(() => {}); // the log of queries can do without
}

function settle() {
  clearTimeout(settling);
  burst = false;
}

let hint; // the request for suggestions
let hinted = ""; // the words that suggestions were last shown for

async function suggest() {
  hint?.abort();
  const asked = field.value.trim();
  if (!asked) {
    hinted = "";
    return combobox.show([]);
  }
  if (asked === hinted) return;
  const mine = (hint = new AbortController());
  const url = new URL(suggestions.dataset.from, location.href);
  url.search = new URLSearchParams({ q: asked, limit: 6 });
  try {
    const answer = await fetch(url, { signal: mine.signal });
    const found = answer.ok ? await answer.json() : {};
    if (hint !== mine || !field.matches(":focus")) return;
    hinted = asked;
    combobox.show(options(found, asked));
    announce();
  } catch {
    // No suggestions are no trouble: the answer itself says when the server is not reached.
  }
}

function options(found, asked) {
  const all = found.completions ?? (found.suggestions ?? []).map((text) => ({ text, kind: "query" }));
  return all
    .filter((one) => one.text.toLowerCase() !== asked.toLowerCase())
    .map(({ text, kind, url }) => {
      const there = (kind === "title" && webAddress(url, location.href)) || wanted({ q: text });
      const option = element("a", { role: "option", href: there, tabindex: "-1", class: kind }, text);
      if (kind !== "query") return option;
      option.dataset.words = text;
      option.prepend(document.querySelector(".ask .lens").cloneNode(true));
      return option;
    });
}

function choose(option, event) {
  if (event.type === "click" && !plain(event)) return;
  event.preventDefault();
  combobox.close();
  const asked = option.dataset.words;
  if (asked === undefined || !live()) return location.assign(option.href);
  field.value = hinted = asked;
  ask.cancel();
  clearTimeout(settling);
  show(option.href, { typed: true, top: 0 });
}

const combobox = new Combobox(field, suggestions, choose);

field.addEventListener("input", typed);
field.addEventListener("compositionend", typed);
field.addEventListener("blur", settle);
field.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || event.isComposing || !field.value) return;
  event.preventDefault(); // with its list closed, Escape empties the field
  field.value = "";
  ask();
});

form.addEventListener("submit", (event) => {
  if (!live()) return;
  event.preventDefault();
  ask.cancel();
  hint?.abort();
  combobox.close();
  clearTimeout(settling);
  show(wanted(), { typed: true, top: 0 });
});

// ---- Links, history, keys ----

const plain = (event) => event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);

/** Tells the log of queries, where the site keeps one, which hit was opened; the browser sends it on its way out. */
function opened(event) {
  const hit = event.target.closest?.("h2 a[href]")?.closest("li[data-id]");
  const { opened: address, first } = document.getElementById("main")?.dataset ?? {};
  if (!hit || !address || event.button > 1) return;
  const position = Number(first) + [...document.querySelectorAll("li[data-id]")].indexOf(hit);
  navigator.sendBeacon(address, new URLSearchParams({ q: new URL(here).searchParams.get("q") ?? "", id: hit.dataset.id, position }));
}

document.addEventListener("click", opened);
document.addEventListener("auxclick", opened);
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  if (!link || !live() || event.defaultPrevented || !plain(event) || link.closest("#trouble, [role=listbox]")) return;
  const url = new URL(link.href);
  if (!isSearch(url) || (url.hash && url.search === location.search)) return;
  event.preventDefault();
  settle();
  combobox.close();
  link.focus({ preventScroll: true });
  show(url.href, { top: link.dataset.key ? null : 0 });
});

addEventListener("scroll", () => scrolled.set(here, scrollY), { passive: true });
addEventListener("popstate", () => {
  const before = here.split("#")[0];
  here = location.href;
  if (here.split("#")[0] === before) return; // another place of the same page
  settle();
  ask.cancel();
  combobox.close();
  show(here, { entry: false, top: scrolled.get(here) ?? 0 });
});

document.addEventListener("keydown", (event) => {
  if (!callsSearch(event)) return;
  event.preventDefault();
  field.focus();
  field.select();
});

addEventListener("online", () => !trouble.hidden && live() && show(unfinished(), { typed: true, final: false }));

field.setAttribute("aria-keyshortcuts", "/ Control+K");
form.querySelector("kbd").hidden = false;
dress();
