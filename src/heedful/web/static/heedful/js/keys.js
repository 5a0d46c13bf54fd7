/* Single-key shortcuts: never while somebody types or holds a modifier, and off when the person says so (WCAG 2.1.4). */

const CHOICE = "heedful-keys";
const SEQUENCE_MS = 1200;
const bindings = new Map();
let first = {key: "", at: 0};

export function keysAreOn() {
  return localStorage.getItem(CHOICE) !== "off";
}

export function setKeys(on) {
  localStorage.setItem(CHOICE, on ? "on" : "off");
}

/** Adds handlers by key (`j`) or two keys one after the other (`g q`). A handler gets the event. */
export function onKeys(handlers) {
  for (const [keys, handler] of Object.entries(handlers)) bindings.set(keys, handler);
}

export function closeSheetOnBackdrop(sheet) {
  sheet.addEventListener("click", (event) => {
    if (event.target === sheet) sheet.close();
  });
}

function isTyping(target) {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

function find(key, now) {
  const pair = now - first.at < SEQUENCE_MS ? bindings.get(`${first.key} ${key}`) : undefined;
  first = {key, at: now};
  return pair ?? bindings.get(key);
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.repeat && !/^[jk]$/.test(event.key)) return;
  if (isTyping(event.target) || !keysAreOn() || document.querySelector("dialog[open]")) return;
  const handler = find(event.key, event.timeStamp);
  if (!handler) return;
  event.preventDefault();
  handler(event);
});
