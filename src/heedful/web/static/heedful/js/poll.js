/*
 * Asks the server again and again what is new. The answer is parsed as a document by the browser itself, so no text
 * is ever turned into markup by a script. Paused while the page is hidden, slower after failures.
 */

const EVERY_MS = 1000;
const SLOWEST_MS = 30_000;
const TIMEOUT_MS = 10_000;

/** One question. Resolves with the status and the parsed document; status 0 when nothing answered. */
export function ask(address) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("GET", address);
    request.responseType = "document";
    // An answer without a type is taken for broken XML, of which the browser makes a page that our policy refuses.
    request.overrideMimeType("text/html; charset=utf-8");
    request.timeout = TIMEOUT_MS;
    request.setRequestHeader("X-Heedful-Poll", "1");
    request.onloadend = () => resolve({status: request.status, page: request.response});
    request.send();
  });
}

/** `address()` gives the next URL, `onNews(list)` gets the <ol> of an answer with news, `onOnline(bool)` each outcome. */
export function poll({address, onNews, onOnline}) {
  let failures = 0;

  async function once() {
    if (document.hidden) return;
    const {status, page} = await ask(address());
    if (status === 401 || status === 403) {
      location.reload(); // signed out: the page goes, the sign-in comes
      return;
    }
    const answered = status === 200 || status === 304;
    failures = answered ? 0 : failures + 1;
    onOnline(failures < 2);
    const news = status === 200 ? page?.querySelector("ol[data-cursor]") : null;
    if (news) onNews(news);
  }

  async function again() {
    await once();
    setTimeout(again, Math.min(SLOWEST_MS, EVERY_MS * 2 ** failures));
  }

  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) once();
  });
  setTimeout(again, EVERY_MS);
}
