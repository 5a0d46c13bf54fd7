/*
 * Fills the places of a page that belong to another part of the console. The link that stands there is replaced by what
 * its address answers to a poll; what is not the reader's (404) or empty goes, and without an answer the link stays.
 */
import {ask} from "./poll.js";

async function fill(place) {
  const {status, page} = await ask(place.dataset.panel);
  const part = status === 200 ? page?.querySelector("[data-panel-content]") : null;
  if (part) place.replaceChildren(...[...part.childNodes].map((node) => document.importNode(node, true)));
  if (status === 404 || (part && !part.childElementCount)) place.hidden = true;
}

/** What lies in something closed is asked for when it opens. */
export function fillPanels(root) {
  for (const place of root.querySelectorAll("[data-panel]")) {
    const closed = place.closest("details:not([open])");
    if (closed) closed.addEventListener("toggle", () => fill(place), {once: true});
    else fill(place);
  }
}
