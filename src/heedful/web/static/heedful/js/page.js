/* What every page has: the shortcut sheet with its off switch, moments that stay fresh, and an eye on the session. */
import {closeSheetOnBackdrop, keysAreOn, onKeys, setKeys} from "./keys.js";
import {keepMomentsFresh} from "./moments.js";
import {watchSession} from "./session.js";

const sheet = document.getElementById("keys");

function openSheet() {
  if (sheet && !sheet.open) sheet.showModal();
}

if (sheet) {
  closeSheetOnBackdrop(sheet);
  for (const button of document.querySelectorAll("[data-keys-open]")) {
    button.hidden = false;
    button.addEventListener("click", openSheet);
  }
  const toggle = sheet.querySelector("[data-keys-switch]");
  toggle.checked = keysAreOn();
  toggle.addEventListener("change", () => setKeys(toggle.checked));
}

onKeys({
  "?": openSheet,
  "g q": () => location.assign("/captures/"),
});
keepMomentsFresh(document);
if (document.body.dataset.idleSeconds) watchSession(Number(document.body.dataset.idleSeconds));
