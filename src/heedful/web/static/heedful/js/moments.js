/* Keeps "3 min ago" true while a page stays open. The server wrote the words; only those of the last hour change. */

const REFRESH_MS = 20_000;
const HOUR_S = 3600;

export function refreshMoments(root) {
  for (const moment of root.querySelectorAll("time[data-moment]")) {
    const age = (Date.now() - Date.parse(moment.dateTime)) / 1000;
    if (age >= 60 && age < HOUR_S) moment.textContent = `${Math.floor(age / 60)} min ago`;
  }
  for (const clock of root.querySelectorAll("[data-due]")) {
    const left = (Date.parse(clock.dataset.due) - Date.now()) / 1000;
    const minutes = Math.floor(Math.abs(left) / 60);
    if (minutes >= 60) continue;
    clock.textContent = left >= 0 ? `${minutes} min left` : `${minutes} min late`;
    clock.classList.toggle("is-late", left < 0);
  }
}

export function keepMomentsFresh(root) {
  setInterval(() => {
    if (!document.hidden) refreshMoments(root);
  }, REFRESH_MS);
}
