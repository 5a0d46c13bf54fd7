/*
 * Single-key shortcuts: never while somebody types or holds a modifier, and off when the person says so (WCAG 2.1.4).
 * Which key does what stands in the shortcut sheet of the page, as the person has set it; a page says what it can do.
 */

const SEQUENCE_MS = 1200;
const sheet = document.getElementById("keys");
const actions = new Map(); // action → handler
const fixed = new Map(); // a key that can't be changed → handler
const bindings = new Map(); // "j" or "g q" → actions
let first = {key: "", at: 0};
let isOn = sheet?.dataset.keysOn === "yes";

for (const row of sheet?.querySelectorAll("[data-shortcut]") ?? []) {
  for (const keys of row.dataset.keys.split(", ").filter(Boolean)) {
    bindings.set(keys, [...(bindings.get(keys) ?? []), row.dataset.shortcut]);
  }
}

export function keysAreOn() {
  return isOn;
}

export function setKeys(on) {
  isOn = on;
}

/** Adds what this page can do, by action. A handler gets the event; one that answers false had nothing to do. */
export function onAction(handlers) {
  for (const [action, handler] of Object.entries(handlers)) if (!actions.has(action)) actions.set(action, handler);
}

/** Adds handlers by a key that nobody can change, such as Escape. */
export function onKeys(handlers) {
  for (const [key, handler] of Object.entries(handlers)) fixed.set(key, handler);
}

export function handlerOf(action) {
  return actions.get(action);
}

/** The keys of an action, as `aria-keyshortcuts` wants them; of a pair there is no way to say it. */
export function keysOf(action) {
  const mine = [...bindings].filter(([keys, names]) => names.includes(action) && !keys.includes(" "));
  return mine.map(([keys]) => keys).join(" ");
}

export function closeSheetOnBackdrop(dialog) {
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
}

function isTyping(target) {
  if (!(target instanceof HTMLElement)) return false;
  const takesNoText = target instanceof HTMLInputElement && /^(checkbox|radio|button|submit|reset)$/.test(target.type);
  return target.isContentEditable || (/^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && !takesNoText);
}

function find(key, now) {
  const pair = now - first.at < SEQUENCE_MS ? bindings.get(`${first.key} ${key}`) : undefined;
  first = {key, at: now};
  const names = pair ?? bindings.get(key) ?? [];
  return names.map((name) => actions.get(name)).find(Boolean) ?? fixed.get(key);
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.key === "Shift") return;
  // Escape leaves a field, so that the keys listen again; what was typed stays.
  if (event.key === "Escape" && isTyping(event.target) && !event.target.closest("dialog")) event.target.blur();
  if (isTyping(event.target) || !isOn || document.querySelector("dialog[open]")) return;
  const handler = find(event.key, event.timeStamp);
  // A key that is held down moves through a list and does nothing else.
  if (!handler || (event.repeat && !handler.mayRepeat)) return;
  if (handler(event) !== false) event.preventDefault();
});
