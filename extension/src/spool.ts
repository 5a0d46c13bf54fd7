/**
 * Captures on their way, on disk, encrypted, until the gateway has them.
 *
 * A capture is put with `durability: strict` before anything else is done with it. Bodies and pictures are sealed with
 * AES-256-GCM under a key that lives in IndexedDB and can't be exported; what lies open is id, severity, sizes and times.
 */

import { answered, finished, type Kept } from "./db";
import type { Capture, Screenshot } from "./wire";

export const MAX_CAPTURES = 2_000;
export const MAX_BYTES = 50 * 1024 * 1024;
const MAX_ASIDE = 50;

interface Sealed {
  iv: Uint8Array<ArrayBuffer>;
  box: ArrayBuffer;
}

/** What lies open about one capture. */
export interface Entry {
  id: string;
  severity: number;
  bodyBytes: number;
  pictureBytes: number;
  /** Not sent before this moment (ms): its picture is still being taken. */
  heldUntil: number;
}

export interface SpoolCounts {
  captures: number;
  bytes: number;
  set_aside: number;
  lost_pictures: number;
  lost_captures: number;
}

interface Losses {
  pictures: number;
  captures: number;
}

const encoder = new TextEncoder();

async function spoolKey(kept: Kept): Promise<CryptoKey> {
  const held = await kept.get<CryptoKey>("spool-key");
  if (held) return held;
  const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  // Two starts at once must agree on one key: the first write stands.
  return kept.change<CryptoKey>("spool-key", (old) => old ?? made);
}

export class Spool {
  private constructor(private readonly db: IDBDatabase, private readonly kept: Kept, private readonly key: CryptoKey, private readonly limits: { captures: number; bytes: number }) {}

  static async open(db: IDBDatabase, kept: Kept, limits = { captures: MAX_CAPTURES, bytes: MAX_BYTES }): Promise<Spool> {
    return new Spool(db, kept, await spoolKey(kept), limits);
  }

  private async seal(id: string, part: string, text: string): Promise<Sealed> {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const box = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: encoder.encode(`${id}:${part}`) }, this.key, encoder.encode(text));
    return { iv, box };
  }

  private async open(id: string, part: string, { iv, box }: Sealed): Promise<string> {
    return new TextDecoder().decode(await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData: encoder.encode(`${id}:${part}`) }, this.key, box));
  }

  /** Writes one capture; resolves when it is on disk. `heldUntil` gives its picture time to follow. */
  async put(capture: Capture, severity: number, heldUntil = 0): Promise<void> {
    const sealed = await this.seal(capture.id, "body", JSON.stringify(capture));
    const entry: Entry = { id: capture.id, severity, bodyBytes: sealed.box.byteLength, pictureBytes: 0, heldUntil };
    const transaction = this.db.transaction(["captures", "bodies"], "readwrite", { durability: "strict" });
    transaction.objectStore("captures").put(entry);
    transaction.objectStore("bodies").put(sealed, capture.id);
    await finished(transaction);
    await this.keepWithinLimits();
  }

  /** Adds the picture to a capture that still waits, and lets it go. `null`: there will be none. */
  async addPicture(id: string, picture: Screenshot | null): Promise<void> {
    const sealed = picture && (await this.seal(id, "picture", picture.data));
    const transaction = this.db.transaction(["captures", "pictures"], "readwrite", { durability: "strict" });
    const captures = transaction.objectStore("captures");
    const entry = await answered<Entry | undefined>(captures.get(id));
    if (entry) {
      captures.put({ ...entry, heldUntil: 0, pictureBytes: sealed ? sealed.box.byteLength : 0 });
      if (sealed) transaction.objectStore("pictures").put(sealed, id);
    }
    await finished(transaction);
    if (entry && sealed) await this.keepWithinLimits();
  }

  private entries(): Promise<Entry[]> {
    return answered<Entry[]>(this.db.transaction("captures").objectStore("captures").getAll());
  }

  /** What to send next: most severe first, then oldest. Never more than `most`, nor far above `maxBytes`. */
  async next(most: number, maxBytes: number, now: number): Promise<Capture[]> {
    const ready = (await this.entries()).filter((e) => e.heldUntil <= now);
    ready.sort((a, b) => b.severity - a.severity || (a.id < b.id ? -1 : 1));
    const batch: Capture[] = [];
    let bytes = 0;
    for (const entry of ready.slice(0, most)) {
      bytes += entry.bodyBytes + entry.pictureBytes * 1.4;
      if (batch.length > 0 && bytes > maxBytes) break;
      const capture = await this.read(entry);
      if (capture) batch.push(capture);
    }
    return batch;
  }

  private async read(entry: Entry): Promise<Capture | null> {
    const transaction = this.db.transaction(["bodies", "pictures"]);
    const body = answered<Sealed | undefined>(transaction.objectStore("bodies").get(entry.id));
    const picture = answered<Sealed | undefined>(transaction.objectStore("pictures").get(entry.id));
    const [sealedBody, sealedPicture] = [await body, await picture];
    try {
      if (!sealedBody) throw new DOMException("no body", "DataError");
      const capture = JSON.parse(await this.open(entry.id, "body", sealedBody)) as Capture;
      if (sealedPicture) capture.screenshot = { media_type: "image/webp", data: await this.open(entry.id, "picture", sealedPicture) };
      return capture;
    } catch (error) {
      // Spoilt on disk: it can never be sent, and must not stand in the way of the others. It is counted as lost.
      if (!(error instanceof DOMException || error instanceof SyntaxError)) throw error;
      await this.remove([entry.id]);
      await this.kept.change<Losses>("lost", (old) => ({ pictures: old?.pictures ?? 0, captures: (old?.captures ?? 0) + 1 }));
      return null;
    }
  }

  async remove(ids: readonly string[]): Promise<void> {
    const transaction = this.db.transaction(["captures", "bodies", "pictures"], "readwrite", { durability: "strict" });
    for (const id of ids) for (const store of ["captures", "bodies", "pictures"]) transaction.objectStore(store).delete(id);
    await finished(transaction);
  }

  /** Takes a refused capture out of the way, still sealed, with the count told at the next heartbeat. */
  async setAside(id: string): Promise<void> {
    const transaction = this.db.transaction(["captures", "bodies", "pictures", "aside"], "readwrite", { durability: "strict" });
    const sealed = await answered<Sealed | undefined>(transaction.objectStore("bodies").get(id));
    const aside = transaction.objectStore("aside");
    if (sealed) aside.put({ id, ...sealed });
    const ids = await answered(aside.getAllKeys());
    for (const old of ids.slice(0, Math.max(0, ids.length - MAX_ASIDE))) aside.delete(old);
    for (const store of ["captures", "bodies", "pictures"]) transaction.objectStore(store).delete(id);
    await finished(transaction);
    await this.kept.change<number>("set-aside", (n) => (n ?? 0) + 1);
  }

  async counts(): Promise<SpoolCounts> {
    const entries = await this.entries();
    const lost = (await this.kept.get<Losses>("lost")) ?? { pictures: 0, captures: 0 };
    return {
      captures: entries.length,
      bytes: entries.reduce((sum, e) => sum + e.bodyBytes + e.pictureBytes, 0),
      set_aside: (await this.kept.get<number>("set-aside")) ?? 0,
      lost_pictures: lost.pictures,
      lost_captures: lost.captures,
    };
  }

  /** The soonest moment (ms) at which a held capture may go; null when none is held. */
  async heldUntil(now: number): Promise<number | null> {
    const held = (await this.entries()).map((e) => e.heldUntil).filter((at) => at > now);
    return held.length > 0 ? Math.min(...held) : null;
  }

  /** At the bound the oldest pictures go first, then the lowest severity, oldest first. What goes is counted. */
  private async keepWithinLimits(): Promise<void> {
    const entries = (await this.entries()).sort((a, b) => (a.id < b.id ? -1 : 1));
    const going = overTheLimit(entries, this.limits);
    if (going.pictures.length + going.captures.length === 0) return;
    const transaction = this.db.transaction(["captures", "bodies", "pictures", "kept"], "readwrite", { durability: "strict" });
    for (const entry of going.pictures) {
      transaction.objectStore("captures").put({ ...entry, pictureBytes: 0 });
      transaction.objectStore("pictures").delete(entry.id);
    }
    for (const { id } of going.captures) for (const store of ["captures", "bodies", "pictures"]) transaction.objectStore(store).delete(id);
    const kept = transaction.objectStore("kept");
    const lost = (await answered<Losses | undefined>(kept.get("lost"))) ?? { pictures: 0, captures: 0 };
    kept.put({ pictures: lost.pictures + going.pictures.length, captures: lost.captures + going.captures.length }, "lost");
    await finished(transaction);
  }
}

/** Which pictures and captures must go, given entries from oldest to newest. */
export function overTheLimit(entries: readonly Entry[], limits: { captures: number; bytes: number }): { pictures: Entry[]; captures: Entry[] } {
  let bytes = entries.reduce((sum, e) => sum + e.bodyBytes + e.pictureBytes, 0);
  let count = entries.length;
  const pictures = new Set<Entry>();
  for (const entry of entries) {
    if (bytes <= limits.bytes) break;
    if (entry.pictureBytes === 0) continue;
    pictures.add(entry);
    bytes -= entry.pictureBytes;
  }
  const captures: Entry[] = [];
  for (const entry of [...entries].sort((a, b) => a.severity - b.severity)) {
    if (bytes <= limits.bytes && count <= limits.captures) break;
    captures.push(entry);
    bytes -= entry.bodyBytes + (pictures.has(entry) ? 0 : entry.pictureBytes);
    count--;
  }
  const gone = new Set(captures);
  return { pictures: [...pictures].filter((e) => !gone.has(e)), captures };
}
