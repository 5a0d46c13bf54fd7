/*
 * The command palette: a field over a list (the combobox pattern). It knows the pages of the menu, one's own views,
 * what a key can do on this page, and the number of a capture. It asks the server for nothing, so it shows no content.
 */
import {closeSheetOnBackdrop, handlerOf} from "./keys.js";

const MOST_SHOWN = 12;
const dialog = document.getElementById("palette");
const input = document.getElementById("palette-input");
const list = document.getElementById("palette-list");
const none = dialog?.querySelector("[data-palette-none]");
const count = dialog?.querySelector("[data-palette-count]");
const form = dialog?.querySelector("[data-palette-form]");
let all = [];
let shown = [];
let at = -1;

/** An option made by the page itself, of words that stand on it already. */
function option(words, kind, run) {
  const item = document.createElement("li");
  item.setAttribute("role", "option");
  item.id = `palette-${kind}-${all.length}`;
  const [text, hint] = [document.createElement("span"), document.createElement("span")];
  text.textContent = words;
  hint.textContent = kind;
  hint.className = "palette-kind";
  item.append(text, hint);
  item.run = run;
  return item;
}

function collect() {
  all = [...list.querySelectorAll("[data-goes]")];
  for (const item of all) item.run = () => location.assign(item.dataset.goes);
  for (const row of document.querySelectorAll("#keys [data-shortcut]:not([data-goes])")) {
    const handler = handlerOf(row.dataset.shortcut);
    if (handler && row.dataset.shortcut !== "search") all.push(option(row.querySelector("dd").textContent, "action", handler));
  }
}

function matching(typed) {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const found = all.filter((item) => words.every((word) => item.textContent.toLowerCase().includes(word)));
  const number = /^#?(\d{1,15})$/.exec(typed.trim());
  if (number && form.getAttribute("action")) {
    found.unshift(option(`Open capture ${number[1]}`, "capture", () => location.assign(`/captures/${number[1]}/`)));
  }
  return found.slice(0, MOST_SHOWN);
}

function show() {
  shown = matching(input.value);
  list.replaceChildren(...shown);
  list.hidden = shown.length === 0;
  none.hidden = shown.length > 0;
  input.setAttribute("aria-expanded", String(shown.length > 0));
  count.textContent = shown.length === 1 ? "1 command" : `${shown.length} commands`;
  choose(shown.length && input.value ? 0 : -1);
}

function choose(place) {
  at = place;
  for (const [index, item] of shown.entries()) item.setAttribute("aria-selected", String(index === at));
  if (at < 0) input.removeAttribute("aria-activedescendant");
  else {
    input.setAttribute("aria-activedescendant", shown[at].id);
    shown[at].scrollIntoView({block: "nearest"});
  }
}

function run(item) {
  dialog.close();
  item.run();
}

export function openPalette() {
  if (!dialog || dialog.open) return;
  document.querySelector("dialog[open]")?.close();
  if (!all.length) collect();
  input.value = "";
  dialog.showModal();
  show();
  input.focus();
}

if (dialog) {
  closeSheetOnBackdrop(dialog);
  input.addEventListener("input", show);
  input.addEventListener("keydown", (event) => {
    const step = {ArrowDown: 1, ArrowUp: -1}[event.key];
    if (step && shown.length) choose((at + step + shown.length + (at < 0 && step < 0 ? 1 : 0)) % shown.length);
    if (step) event.preventDefault();
  });
  form.addEventListener("submit", (event) => {
    if (at < 0 && input.value.trim() && form.getAttribute("action")) return; // a search
    event.preventDefault();
    if (at >= 0) run(shown[at]);
  });
  list.addEventListener("click", (event) => {
    const item = event.target.closest("[role=option]");
    if (item) run(item);
  });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      openPalette();
    }
  });
}
