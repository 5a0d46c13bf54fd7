/*
 * Sorting cards: each pick is kept at once, so that a phone may be put away at any card, and 1 to 8 pick while the focus
 * is in the card (WCAG 2.1.4 leaves those alone). Without a script, "Next card" keeps what was picked.
 */
const form = document.querySelector("[data-sorting]");
const said = document.querySelector("[data-kept]");
let sent = Promise.resolve();

async function keep() {
  const body = new FormData(form);
  body.append("quietly", "yes");
  try {
    const answer = await fetch(form.action, {method: "POST", body, redirect: "manual"});
    if (said) said.textContent = answer.status === 204 ? "Kept." : "This could not be kept. Press “Next card” to see why.";
  } catch {
    if (said) said.textContent = "Heedful can't be reached. What you picked stays on this page; try again in a moment.";
  }
}

function pick(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || !/^[1-8]$/.test(event.key)) return;
  const radios = form.querySelectorAll("input[type=radio]");
  const chosen = radios[Number(event.key) - 1];
  if (!chosen) return;
  event.preventDefault();
  event.stopPropagation();
  chosen.checked = true;
  chosen.focus();
  chosen.dispatchEvent(new Event("change", {bubbles: true}));
}

if (form) {
  // One after the other: the last pick is the one that stays.
  form.addEventListener("change", () => (sent = sent.then(keep)));
  form.addEventListener("keydown", pick);
  // From card to card by the keyboard, a reader begins with the title.
  form.querySelector("[data-card-title]")?.focus({preventScroll: true});
}
