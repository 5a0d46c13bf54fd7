/** What popup and notice page share: asking the worker, and filling lists without any markup from outside. */

import type { PageOfOursMessage } from "./messages";
import type { Status } from "./status";
import type { HelpLine } from "./wire";

export async function askWorker(message: PageOfOursMessage): Promise<unknown> {
  return chrome.runtime.sendMessage(message);
}

/** Undefined when the worker has no storage to work with. */
export async function status(): Promise<Status | undefined> {
  return (await askWorker({ kind: "status" })) as Status | undefined;
}

export function byId<T extends HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no element '${id}'`);
  return found as T;
}

export function fillList(list: HTMLElement, lines: readonly string[]): void {
  list.replaceChildren(...lines.map((line) => Object.assign(document.createElement("li"), { textContent: line })));
}

function link(href: string, text: string): HTMLAnchorElement {
  const a = document.createElement("a");
  a.href = href;
  a.textContent = text;
  if (/^https?:/.test(href)) a.target = "_blank";
  a.rel = "noreferrer";
  return a;
}

export function fillHelp(list: HTMLElement, help: readonly HelpLine[]): void {
  list.replaceChildren(
    ...help.map(({ name, phone, text, url }) => {
      const item = document.createElement("li");
      item.append(Object.assign(document.createElement("strong"), { textContent: name }));
      if (phone) item.append(link(`tel:${phone.replace(/[^\d+]/g, "")}`, `Call ${phone}`));
      if (text) item.append(Object.assign(document.createElement("span"), { textContent: `${text} ` }));
      if (url && /^https:\/\//.test(url)) item.append(link(url, `Website of ${name}`));
      return item;
    }),
  );
}

/** Used until the school's own words have arrived. */
export const WHAT = ["What is written in this browser: messages, searches, documents, questions to AI chats", "The words and titles of the pages that are shown"];
export const NOT = ["Passwords, bank cards and one-time codes", "Helpline, health and banking pages on your school’s list", "Your camera, your microphone, or where you are"];
