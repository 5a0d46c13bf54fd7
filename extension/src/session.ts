/** Memory that outlives a killed worker but not the browser, and is never on disk (`chrome.storage.session`). */
export interface SessionStore {
  get(name: string): Promise<unknown>;
  set(name: string, value: unknown): Promise<void>;
}

export const chromeSession: SessionStore = {
  async get(name) {
    return (await chrome.storage.session.get(name))[name];
  },
  async set(name, value) {
    await chrome.storage.session.set({ [name]: value });
  },
};

interface Owned<T> {
  owner: string;
  value: T;
}

/**
 * One value of the session that belongs to one account: read once, written at each change, never answered to another account.
 *
 * An event that began under the account before may end after the change. What it asks for is empty then, and what it writes is dropped.
 */
export class AccountValue<T> {
  private held: Owned<T> | undefined;

  constructor(private readonly store: SessionStore, private readonly name: string, private readonly empty: () => T) {}

  private async load(): Promise<Owned<T> | undefined> {
    const stored = this.held ?? ((await this.store.get(this.name)) as Owned<T> | undefined);
    return typeof stored?.owner === "string" ? (this.held ??= stored) : undefined;
  }

  async get(owner: string): Promise<T> {
    const held = await this.load();
    return held?.owner === owner ? held.value : this.empty();
  }

  async set(owner: string, value: T): Promise<void> {
    const held = await this.load();
    if (held && held.owner !== owner) return;
    this.held = { owner, value };
    await this.store.set(this.name, this.held);
  }

  /** Whoever it belongs to. */
  async change(make: (value: T) => T): Promise<void> {
    const held = await this.load();
    if (held) await this.set(held.owner, make(held.value));
  }

  /** Forgets all, and belongs to `owner` from now on. */
  async wipeFor(owner: string): Promise<void> {
    this.held = { owner, value: this.empty() };
    await this.store.set(this.name, this.held);
  }
}
