/** The few lines before a serious one: in memory only, same tab and same account, at most ten minutes and 1,000 code points. */

import { AccountValue, type SessionStore } from "./session";
import type { EarlierLine } from "./wire";

const MAX_LINES = 5;
const MAX_CODE_POINTS = 1_000;
const MAX_AGE_MS = 10 * 60_000;
const MAX_TABS = 40;

interface Line {
  session: string;
  text: string;
  at: number;
}

type Tabs = Record<string, Line[]>;

/** The sentences of `text` that its new part [from, to) touches. */
export function lineOf(text: string, from: number, to: number): string {
  const before = text.slice(0, from);
  const start = Math.max(before.lastIndexOf("\n") + 1, ...[...before.matchAll(/[.?!]\s+/g)].map((m) => m.index + m[0].length));
  const after = text.slice(to).search(/\n|[.?!](\s|$)/);
  return text.slice(start, after < 0 ? text.length : to + after + 1).trim();
}

/** Whether a text holds a line whose words are not parts of other words. */
function holds(text: string, line: string): boolean {
  for (let at = text.indexOf(line); at >= 0; at = text.indexOf(line, at + 1)) {
    const around = [Array.from(text.slice(Math.max(0, at - 2), at)).at(-1) ?? "", Array.from(text.slice(at + line.length, at + line.length + 2))[0] ?? ""];
    if (!around.some((sign) => /[\p{L}\p{N}\p{M}]/u.test(sign))) return true;
  }
  return false;
}

function shorten(text: string, most: number): string {
  if (text.length <= most) return text;
  return Array.from(text).slice(-most).join("");
}

export class EarlierLines {
  private readonly tabs: AccountValue<Tabs>;

  constructor(store: SessionStore) {
    this.tabs = new AccountValue<Tabs>(store, "earlier-lines", () => ({}));
  }

  /** Remembers a typed line; one that grew in place of its beginning. */
  async remember(owner: string, tabId: number, session: string, text: string, at: number): Promise<void> {
    const line = shorten(text.replaceAll("\u0000", " ").trim(), MAX_CODE_POINTS);
    if (line === "") return;
    const tabs = { ...(await this.tabs.get(owner)) };
    const old = (tabs[tabId] ?? []).filter((l) => at - l.at <= MAX_AGE_MS);
    const last = old.at(-1);
    const grew = last?.session === session && (line.startsWith(last.text) || last.text.startsWith(line));
    delete tabs[tabId];
    tabs[tabId] = [...(grew ? old.slice(0, -1) : old), { session, text: line, at }].slice(-MAX_LINES - 1);
    for (const id of Object.keys(tabs).filter((id) => id !== String(tabId)).slice(0, Math.max(0, Object.keys(tabs).length - MAX_TABS))) delete tabs[id];
    await this.tabs.set(owner, tabs);
  }

  /** Oldest first, without what the capture's own text already holds, word for word: "i" is not in "die". */
  async before(owner: string, tabId: number, captured: string, at: number): Promise<EarlierLine[]> {
    const lines = ((await this.tabs.get(owner))[tabId] ?? []).filter((l) => at - l.at <= MAX_AGE_MS && l.at <= at && !holds(captured, l.text));
    const kept: EarlierLine[] = [];
    let left = MAX_CODE_POINTS;
    for (const line of lines.slice(-MAX_LINES).reverse()) {
      const size = Array.from(line.text).length;
      if (size > left) break;
      left -= size;
      kept.unshift({ text: line.text, seconds_before: Math.min(600, Math.max(0, Math.round((at - line.at) / 1_000))) });
    }
    return kept;
  }

  async forgetTab(tabId: number): Promise<void> {
    await this.tabs.change((old) => {
      const { [tabId]: _gone, ...tabs } = old;
      return tabs;
    });
  }

  /** Another account is at the keyboard: nothing of the one before is known any more. */
  async wipeFor(owner: string): Promise<void> {
    await this.tabs.wipeFor(owner);
  }
}
