/*
 * One press, one decision; and one that can't reach Heedful stays on the page with everything typed, instead of
 * ending on a browser's own page of errors. Before sending, a page that has heard nothing for some seconds asks first.
 */

const FRESH_MS = 3000;
const ANSWER_MS = 4000;
const AGAIN_AFTER_MS = 5000; // an answer may be a file, and then the page stays
let heard = performance.now();

/** Whoever got an answer from the server says so here, and whoever did not. */
export function tellContact(answered) {
  if (answered) heard = performance.now();
  for (const notice of document.querySelectorAll("[data-offline]")) notice.hidden = answered;
}

async function isThere() {
  try {
    // A page without content: no reading is recorded for it.
    await fetch("/your-part/", {method: "HEAD", redirect: "manual", signal: AbortSignal.timeout(ANSWER_MS)});
    return true;
  } catch {
    return false;
  }
}

async function askFirst(form, submitter) {
  const answered = await isThere();
  tellContact(answered);
  if (answered) form.requestSubmit(submitter);
  else {
    delete form.dataset.asking;
    document.querySelector("[data-offline]")?.scrollIntoView({block: "center"});
  }
}

function onSubmit(event) {
  const form = event.target;
  if (form.method !== "post") return;
  const isFresh = performance.now() - heard < FRESH_MS && navigator.onLine;
  if (form.dataset.sent || (form.dataset.asking && !isFresh)) event.preventDefault();
  else if (isFresh || !document.querySelector("[data-offline]")) {
    form.dataset.sent = "yes";
    setTimeout(() => delete form.dataset.sent, AGAIN_AFTER_MS);
  } else {
    event.preventDefault();
    form.dataset.asking = "yes";
    askFirst(form, event.submitter);
  }
}

export function sendOnce() {
  document.addEventListener("submit", (event) => {
    if (!event.defaultPrevented) onSubmit(event);
  });
  addEventListener("offline", () => tellContact(false));
  addEventListener("pageshow", (event) => {
    if (event.persisted) for (const form of document.forms) delete form.dataset.sent;
  });
}
