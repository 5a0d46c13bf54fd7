/*
 * The open queue: keyboard, and live arrival that never moves what somebody is looking at.
 *
 * Each second it asks what changed since the cursor (304 when nothing did). While nothing is selected, rows are put
 * at their sorted place; else they wait behind a pill. Rows that left this tab are taken out at the next quiet moment.
 */
import {onAction, onKeys} from "./keys.js";
import {poll} from "./poll.js";
import {hasSelection, keepSelection, refreshSelection, selectAll, selectTo, toggle} from "./select.js";
import {tellContact} from "./sending.js";

const list = document.getElementById("queue");
const pill = document.querySelector("[data-pill]");
const announce = document.querySelector("[data-announce]");
const empty = document.querySelector("[data-empty]");
const filters = document.querySelector("[data-filters]");
const title = document.title;
const waiting = new Map();
const left = new Set();

function rows() {
  return [...list.children];
}

function selected() {
  return list.querySelector(".is-selected");
}

/** Somebody is at it when a row is chosen, marked or holds the focus, or the page is scrolled into the list. */
function isBusy() {
  return Boolean(selected()) || hasSelection() || list.contains(document.activeElement) || scrollY > 60;
}

function select(row) {
  selected()?.classList.remove("is-selected");
  if (!row) return;
  row.classList.add("is-selected");
  row.querySelector(".row-link").focus({preventScroll: true});
  row.scrollIntoView({block: "nearest"});
}

function move(step) {
  const all = rows();
  const at = all.indexOf(selected() ?? document.activeElement?.closest("#queue > li"));
  select(all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + step))]);
}

function deselect() {
  selected()?.classList.remove("is-selected");
  if (list.contains(document.activeElement)) document.activeElement.blur();
}

/** Whether row a stands before row b: most serious, then oldest; other tabs show the newest first. */
function comesBefore(a, b) {
  const newestFirst = list.dataset.tab === "closed" || list.dataset.tab === "record_only";
  if (newestFirst) return Number(a.dataset.number) > Number(b.dataset.number);
  const levels = Number(b.dataset.level) - Number(a.dataset.level);
  const times = Number(a.dataset.arrived) - Number(b.dataset.arrived);
  return (levels || times || Number(a.dataset.number) - Number(b.dataset.number)) < 0;
}

function insert(row) {
  row.classList.add("has-arrived");
  list.insertBefore(row, rows().find((other) => comesBefore(row, other)) ?? null);
}

function showWaiting() {
  const fresh = [...waiting.values()];
  waiting.clear();
  for (const row of fresh) insert(row);
  for (const number of left) document.getElementById(`c${number}`)?.remove();
  left.clear();
  refresh();
  refreshSelection();
}

function highest(some) {
  return some.reduce((top, row) => (Number(row.dataset.level) > Number(top.dataset.level) ? row : top));
}

function refresh() {
  const fresh = [...waiting.values()];
  pill.hidden = fresh.length === 0;
  if (fresh.length) pill.textContent = `${fresh.length} new, highest: ${highest(fresh).dataset.says}`;
  empty.hidden = list.children.length > 0;
  document.title = fresh.length ? `(${fresh.length}) ${title}` : title;
}

function say(fresh) {
  if (fresh.length) announce.textContent = `${fresh.length} new, highest: ${highest(fresh).dataset.says}`;
}

function setMenuCount(count) {
  const badge = document.querySelector("[data-menu-count]");
  if (badge?.firstChild) badge.firstChild.textContent = count;
}

function takeIn(news) {
  list.dataset.cursor = news.dataset.cursor;
  setMenuCount(news.dataset.toReview);
  const fresh = [];
  for (const arrived of [...news.children]) {
    const row = document.importNode(arrived, true);
    const present = document.getElementById(row.id);
    left.delete(row.dataset.number);
    if (present) {
      row.classList.toggle("is-selected", present.classList.contains("is-selected"));
      const hadFocus = present.contains(document.activeElement);
      present.replaceWith(row);
      keepSelection(present, row);
      if (hadFocus) row.querySelector(".row-link").focus({preventScroll: true});
    } else {
      waiting.set(row.dataset.number, row);
      fresh.push(row);
    }
  }
  for (const number of news.dataset.gone.split(",").filter(Boolean)) {
    waiting.delete(number);
    left.add(number);
    document.getElementById(`c${number}`)?.classList.add("has-left");
  }
  say(fresh);
  if (isBusy()) refresh();
  else showWaiting();
}

function nextAddress() {
  const url = new URL(list.dataset.news, location.href);
  url.searchParams.set("cursor", list.dataset.cursor);
  return url;
}

function current() {
  return selected() ?? document.activeElement?.closest("#queue > li");
}

function saySelected() {
  announce.textContent = `${refreshSelection()} selected`;
}

const next = () => move(1);
const previous = () => move(-1);
next.mayRepeat = previous.mayRepeat = true;
onAction({
  next,
  previous,
  open: () => (current() ?? list.firstElementChild)?.querySelector(".row-link").click(),
  burst: () => current()?.querySelector(".row-burst")?.click(),
  select: () => {
    if (toggle(current() ?? list.firstElementChild)) saySelected();
    else announce.textContent = "Severity 4 and 5, and what a pupil told us, are opened one by one";
  },
  select_range: () => selectTo(current()) && saySelected(),
  select_all: () => {
    selectAll();
    saySelected();
  },
});
onKeys({Escape: deselect});
list.addEventListener("focusin", (event) => {
  selected()?.classList.remove("is-selected");
  event.target.closest("#queue > li")?.classList.add("is-selected");
});
pill.addEventListener("click", () => {
  deselect();
  showWaiting();
  scrollTo({top: 0});
});
filters.addEventListener("change", (event) => {
  // A date is changed digit by digit; the button or Enter sends it.
  if (event.target.type !== "date") filters.requestSubmit();
});
filters.classList.add("is-live");
refresh();
if (document.querySelector(".messages")) {
  // After a decision: the reader begins at the title, not at the menu.
  const heading = document.querySelector("h1");
  heading.tabIndex = -1;
  heading.focus({preventScroll: true});
}
select(location.hash ? list.querySelector(`#${CSS.escape(location.hash.slice(1))}`) : null);
if (list.dataset.cursor) {
  poll({address: nextAddress, onNews: takeIn, onOnline: tellContact});
}
