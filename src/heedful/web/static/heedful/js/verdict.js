/* Deciding on a capture: the reasons of a false positive by digit, where the reader goes on, and who else looks. */
import {keysAreOn} from "./keys.js";
import {tellContact} from "./sending.js";

const EVERY_MS = 15_000;
const FIRST_AFTER_MS = 3000; // who passes by in less is not looking
const reasons = document.querySelector("[data-reasons]");

function openNothing() {
  reasons.closest("details").open = true;
  reasons.querySelector("button").focus();
}

/** Within the reasons a digit is a reason, not a grade. */
function onReasonKey(event) {
  if (!keysAreOn() || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  const button = reasons.querySelector(`[data-reason="${CSS.escape(event.key)}"]`);
  if (event.key === "Escape") {
    reasons.closest("details").open = false;
    document.querySelector("h1").focus();
  } else if (button) button.click();
  else if (!/^\d$/.test(event.key)) return;
  event.preventDefault();
  event.stopPropagation();
}

/** One question of who else has it open. The answer is parsed by the browser; no text becomes markup here. */
function ask(place) {
  const request = new XMLHttpRequest();
  const token = document.querySelector("[data-verdict] [name=csrfmiddlewaretoken]").value;
  request.open("POST", place.dataset.viewing);
  request.responseType = "document";
  request.timeout = EVERY_MS;
  request.setRequestHeader("X-CSRFToken", token);
  request.setRequestHeader("X-Heedful-Poll", "1");
  request.onloadend = () => {
    tellContact(request.status > 0);
    const list = request.status === 200 ? request.response?.querySelector("[data-viewing-list]") : null;
    const old = place.querySelector("[data-viewing-list]");
    if (list && list.textContent !== old.textContent) old.replaceWith(document.importNode(list, true));
    if (request.status === 403 || request.status === 404) place.dataset.over = "yes";
  };
  request.send();
}

function watch(place) {
  if (!document.hidden && !place.dataset.over) ask(place);
  if (!place.dataset.over) setTimeout(() => watch(place), EVERY_MS);
}

reasons?.addEventListener("keydown", onReasonKey);
for (const link of document.querySelectorAll("[data-opens]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    openNothing();
  });
}
const place = document.querySelector("[data-viewing]");
if (place) setTimeout(() => watch(place), FIRST_AFTER_MS);

/* After a decision the next capture is a new page: the reader begins at its title, not at the menu. */
const title = document.querySelector("h1");
title.tabIndex = -1;
if (!location.hash && !document.querySelector(".field-trouble, .notice-danger")) title.focus({preventScroll: true});
