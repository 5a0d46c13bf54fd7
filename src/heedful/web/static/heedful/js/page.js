/*
 * What every page has: the shortcut sheet with its off switch, keys for what stands on the page, the command palette,
 * moments that stay fresh, results said aloud, and an eye on the session.
 */
import {closeSheetOnBackdrop, keysAreOn, keysOf, onAction, onKeys, setKeys} from "./keys.js";
import {keepMomentsFresh} from "./moments.js";
import {openPalette} from "./palette.js";
import {fillPanels} from "./panel.js";
import {sendOnce} from "./sending.js";
import {watchSession} from "./session.js";

const SAY_AFTER_MS = 200;
const sheet = document.getElementById("keys");

function openSheet() {
  if (sheet && !sheet.open) sheet.showModal();
}

function switchKeys(toggle) {
  setKeys(toggle.checked);
  markShortcuts();
  const form = toggle.form;
  fetch(form.action, {method: "POST", body: new FormData(form)}).catch(() => {
    toggle.checked = !toggle.checked;
    setKeys(toggle.checked);
  });
}

/** Elements say themselves what a key does to them: press, open, or go into a field. */
function bindElements() {
  for (const each of document.querySelectorAll("[data-action]")) onAction({[each.dataset.action]: () => press(each)});
  for (const each of document.querySelectorAll("[data-action-open]")) onAction({[each.dataset.actionOpen]: () => openAndFocus(each)});
  for (const each of document.querySelectorAll("[data-action-focus]")) onAction({[each.dataset.actionFocus]: () => focusOn(each)});
  for (const each of document.querySelectorAll("[data-key]")) onKeys({[each.dataset.key]: () => press(each)});
  for (const each of document.querySelectorAll("[data-key-open]")) onKeys({[each.dataset.keyOpen]: () => openAndFocus(each)});
  for (const each of document.querySelectorAll("[data-key-focus]")) onKeys({[each.dataset.keyFocus]: () => focusOn(each)});
  for (const row of sheet?.querySelectorAll("[data-goes]") ?? []) {
    onAction({[row.dataset.shortcut]: () => location.assign(row.dataset.goes)});
  }
}

/** What opens to be filled in leads into its first field. */
function leadInside() {
  for (const details of document.querySelectorAll("[data-focus-inside]")) {
    details.addEventListener("toggle", () => details.open && details.querySelector("input:not([type=hidden]), select, textarea")?.focus());
  }
}

function markShortcuts() {
  for (const each of document.querySelectorAll("[data-action]")) {
    const keys = keysAreOn() ? keysOf(each.dataset.action) : "";
    if (keys) each.setAttribute("aria-keyshortcuts", keys);
    else each.removeAttribute("aria-keyshortcuts");
  }
}

function press(element) {
  if (element.closest("[hidden]")) return false;
  element.click();
  return true;
}

function openAndFocus(details) {
  details.open = true;
  const inside = details.querySelector("button, select, textarea, input:not([type=hidden])");
  inside?.focus({preventScroll: true});
  details.scrollIntoView({block: "nearest"});
}

function focusOn(field) {
  if (field.closest("[hidden]")) return false;
  field.focus();
  field.scrollIntoView({block: "center"});
  return true;
}

/** A menu that is wider or higher than its place is moved to where the reader is. */
function showWhereYouAre() {
  for (const row of document.querySelectorAll(".menu, .tabs ul")) {
    const [box, here] = [row, row.querySelector("[aria-current]")].map((each) => each?.getBoundingClientRect());
    if (here) row.scrollBy(here.left - box.left - (box.width - here.width) / 2, here.top - box.top - (box.height - here.height) / 2);
  }
}

/** A form that came back leads to the first field to put right. A capture's page has its own way. */
function goToTrouble() {
  if (document.querySelector("[data-verdict]")) return;
  const place = document.querySelector("main [aria-invalid=true]") ?? document.querySelector("main .field-trouble");
  place?.focus({preventScroll: true});
  place?.scrollIntoView({block: "center"});
}

/** Ctrl and Enter press the button that belongs to a text area. */
function sendByKey(event) {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.repeat || event.isComposing) return;
  if (!(event.target instanceof HTMLTextAreaElement)) return;
  const place = event.target.closest("details") ?? event.target.form;
  place?.querySelector("button[type=submit]:not(:disabled)")?.click();
}

/** A status that is there when a page loads is not read out; one that comes afterwards is. */
function sayWhatWasDone() {
  const said = document.querySelector("[data-said]");
  const words = [...document.querySelectorAll(".messages .notice p")].map((each) => each.textContent.trim());
  if (said && words.length) setTimeout(() => (said.textContent = words.join(" ")), SAY_AFTER_MS);
}

if (sheet) {
  closeSheetOnBackdrop(sheet);
  for (const button of document.querySelectorAll("[data-keys-open]")) {
    button.hidden = false;
    button.addEventListener("click", openSheet);
  }
  const toggle = sheet.querySelector("[data-keys-switch]");
  toggle?.addEventListener("change", () => switchKeys(toggle));
}

bindElements();
markShortcuts();
onAction({sheet: openSheet, search: openPalette});
showWhereYouAre();
goToTrouble();
leadInside();
document.addEventListener("keydown", sendByKey);
sendOnce();
sayWhatWasDone();
keepMomentsFresh(document);
fillPanels(document);
if (document.body.dataset.idleSeconds) watchSession(Number(document.body.dataset.idleSeconds));
// Every script of the page has run by then, so keys and buttons do what they should from here on.
addEventListener("DOMContentLoaded", () => (document.documentElement.dataset.listens = "yes"));
