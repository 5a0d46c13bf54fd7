/** The one IndexedDB of the extension: settings and keys (`kept`), and the spool's three stores. */

const NAME = "heedful";
const VERSION = 1;

export function openDatabase(name: string = NAME): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, VERSION);
    request.onupgradeneeded = () => {
      const db = request.result;
      db.createObjectStore("kept");
      db.createObjectStore("captures", { keyPath: "id" });
      db.createObjectStore("bodies");
      db.createObjectStore("pictures");
      db.createObjectStore("aside", { keyPath: "id" });
    };
    request.onsuccess = () => {
      // A later version of the extension may need to change the stores: let go then.
      request.result.onversionchange = () => request.result.close();
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
  });
}

export function answered<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Resolves once the transaction is on disk (`strict`: after the operating system has flushed it). */
export function finished(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error ?? new DOMException("aborted", "AbortError"));
  });
}

/** Small values by name: config, enrolment, keys, policies, counters. */
export class Kept {
  constructor(private readonly db: IDBDatabase) {}

  async get<T>(name: string): Promise<T | undefined> {
    return answered<T | undefined>(this.db.transaction("kept").objectStore("kept").get(name));
  }

  async put(name: string, value: unknown): Promise<void> {
    const transaction = this.db.transaction("kept", "readwrite", { durability: "strict" });
    transaction.objectStore("kept").put(value, name);
    await finished(transaction);
  }

  async remove(...names: string[]): Promise<void> {
    const transaction = this.db.transaction("kept", "readwrite");
    for (const name of names) transaction.objectStore("kept").delete(name);
    await finished(transaction);
  }

  /** Forgets every value whose name begins so. */
  async removePrefix(prefix: string): Promise<void> {
    const transaction = this.db.transaction("kept", "readwrite");
    transaction.objectStore("kept").delete(IDBKeyRange.bound(prefix, `${prefix}\uffff`));
    await finished(transaction);
  }

  /** Reads, changes and writes one value in one transaction; answers the new one. */
  async change<T>(name: string, make: (old: T | undefined) => T): Promise<T> {
    const transaction = this.db.transaction("kept", "readwrite", { durability: "strict" });
    const store = transaction.objectStore("kept");
    const value = make(await answered<T | undefined>(store.get(name)));
    store.put(value, name);
    await finished(transaction);
    return value;
  }
}
