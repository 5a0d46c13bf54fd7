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

/** One value of the session, read once and written at each change. */
export class SessionValue<T> {
  private held: T | undefined;

  constructor(private readonly store: SessionStore, private readonly name: string, private readonly empty: () => T) {}

  async get(): Promise<T> {
    this.held ??= ((await this.store.get(this.name)) as T | undefined) ?? this.empty();
    return this.held;
  }

  async set(value: T): Promise<void> {
    this.held = value;
    await this.store.set(this.name, value);
  }
}
