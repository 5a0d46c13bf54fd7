/* Selecting rows of the queue, and the bar that decides on them together. */

const bar = document.querySelector("[data-bulk]");
const words = bar?.querySelector("[data-bulk-count]");
let last = null;

function boxes() {
  return [...document.querySelectorAll("#queue input[name=item]")];
}

function boxOf(row) {
  return row?.querySelector("input[name=item]") ?? null;
}

export function hasSelection() {
  return boxes().some((box) => box.checked);
}

/** How many are selected, in words; the bar is there while any is. */
export function refreshSelection() {
  const count = boxes().filter((box) => box.checked).length;
  if (bar) {
    bar.hidden = count === 0;
    words.textContent = `${count} selected`;
  }
  return count;
}

export function toggle(row) {
  const box = boxOf(row);
  if (!box) return false;
  box.checked = !box.checked;
  last = row;
  refreshSelection();
  return true;
}

/** From the row that was selected last to this one, as many as may be selected. */
export function selectTo(row) {
  const rows = [...document.querySelectorAll("#queue > li")];
  const [from, to] = [rows.indexOf(last), rows.indexOf(row)].sort((a, b) => a - b);
  if (from < 0) return toggle(row);
  for (const each of rows.slice(from, to + 1)) {
    const box = boxOf(each);
    if (box) box.checked = true;
  }
  refreshSelection();
  return true;
}

export function selectAll() {
  const mine = boxes();
  const isOn = mine.some((box) => !box.checked);
  for (const box of mine) box.checked = isOn;
  refreshSelection();
}

/** A row that was put in another's place keeps its mark, unless somebody has changed the capture. */
export function keepSelection(old, row) {
  const [before, after] = [boxOf(old), boxOf(row)];
  if (before?.checked && after && before.value === after.value) after.checked = true;
}

document.getElementById("queue").addEventListener("change", refreshSelection);
bar?.addEventListener("reset", () => setTimeout(refreshSelection));
refreshSelection();
