/* The page of tests: what comes through turns green while somebody stands at the device. Cells are moved in as the server made them. */
import {poll} from "./poll.js";

const matrix = document.querySelector("[data-matrix]");
const announce = document.querySelector("[data-announce]");
const offline = document.querySelector("[data-offline]");
const running = document.querySelector("[data-running]");

function fill(target, source) {
  target.replaceChildren(...[...source.childNodes].map((node) => document.importNode(node, true)));
}

function takeIn(news) {
  matrix.dataset.cursor = news.dataset.cursor;
  const said = [];
  for (const item of news.children) {
    if (item.dataset.cell) {
      const cell = document.getElementById(item.dataset.cell);
      if (cell) {
        fill(cell, item);
        cell.classList.add("has-arrived");
      }
      said.push(item.dataset.says);
    } else if (running && item.dataset.running === running.dataset.running) {
      fill(running, item);
      running.classList.add("notice-success");
    }
  }
  if (said.length) announce.textContent = said.join(". ");
}

function nextAddress() {
  const url = new URL(matrix.dataset.news, location.href);
  url.searchParams.set("cursor", matrix.dataset.cursor);
  return url;
}

if (matrix) poll({address: nextAddress, onNews: takeIn, onOnline: (isOnline) => (offline.hidden = isOnline)});
