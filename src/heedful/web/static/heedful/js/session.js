/*
 * A forgotten screen must not go on showing what it shows, and somebody who writes a long note must not lose it.
 * Whoever uses the page keeps the session; after the idle time without a key or a touch the page is loaded anew,
 * and by then the server asks to sign in.
 */

const TELL_EVERY_MS = 5 * 60_000;
const LOOK_EVERY_MS = 30_000;
const GRACE_MS = 10_000;

export function watchSession(idleSeconds) {
  let used = Date.now();
  let told = Date.now();
  for (const kind of ["keydown", "pointerdown", "wheel"]) {
    addEventListener(kind, () => (used = Date.now()), {passive: true, capture: true});
  }
  setInterval(() => {
    const now = Date.now();
    if (now - used > idleSeconds * 1000 + GRACE_MS) location.reload();
    else if (used > told && now - told > TELL_EVERY_MS) {
      told = now;
      // A page without content: no reading is recorded for it.
      fetch("/your-part/", {method: "HEAD"}).catch(() => (told = 0));
    }
  }, LOOK_EVERY_MS);
}
