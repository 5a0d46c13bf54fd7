/*
 * A place that another page can fill: pressing its link brings that page's part here. Without a script, and when it fails,
 * the link leads to the page itself. The answer is parsed as a document by the browser, so no text becomes markup by a script.
 */

const TIMEOUT_MS = 20_000;

function ask(address) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("GET", address);
    request.responseType = "document";
    request.timeout = TIMEOUT_MS;
    request.onloadend = () => resolve(request.status === 200 ? request.response : null);
    request.send();
  });
}

async function fill(place, link) {
  place.setAttribute("aria-busy", "true");
  link.textContent = "Working it out…";
  const part = (await ask(place.dataset.panel))?.querySelector(`[data-part="${place.dataset.panelPart}"]`);
  if (!part) {
    location.assign(place.dataset.panel);
    return;
  }
  const shown = document.importNode(part, true);
  shown.tabIndex = -1;
  link.parentElement.replaceWith(shown);
  place.removeAttribute("aria-busy");
  shown.focus();
}

for (const place of document.querySelectorAll("[data-panel]")) {
  const link = place.querySelector("a");
  link?.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    fill(place, link);
  });
}
