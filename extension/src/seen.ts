/** Remembers what was already told of an account, so that one line is one capture and a page that echoes it is none. */

import { AccountValue, type SessionStore } from "./session";

const MAX_ENTRIES = 400;

interface Entry {
  severity: number;
  at: number;
}

export class Seen {
  private readonly entries: AccountValue<Record<string, Entry>>;

  constructor(store: SessionStore) {
    this.entries = new AccountValue<Record<string, Entry>>(store, "seen", () => ({}));
  }

  /** True when the same key was told at this severity or above within `ms`. */
  async has(owner: string, key: string, severity: number, at: number, ms: number): Promise<boolean> {
    const entry = (await this.entries.get(owner))[key];
    return entry !== undefined && entry.severity >= severity && at - entry.at <= ms;
  }

  async add(owner: string, told: Iterable<readonly [key: string, severity: number]>, at: number): Promise<void> {
    const entries = { ...(await this.entries.get(owner)) };
    for (const [key, severity] of told) {
      const before = entries[key]?.severity ?? 0;
      delete entries[key];
      entries[key] = { severity: Math.max(before, severity), at };
    }
    const names = Object.keys(entries);
    for (const name of names.slice(0, Math.max(0, names.length - MAX_ENTRIES))) delete entries[name];
    await this.entries.set(owner, entries);
  }

  async wipeFor(owner: string): Promise<void> {
    await this.entries.wipeFor(owner);
  }
}
