/** Stand-ins for what the browser gives: session memory and a fresh database, for tests. */

import "fake-indexeddb/auto";
import { Kept, openDatabase } from "../src/db";
import type { SessionStore } from "../src/session";
import type { Capture, Enrolment, Policy } from "../src/wire";
import { uuid7 } from "../src/uuid7";

export function memorySession(): SessionStore & { held: Map<string, unknown> } {
  const held = new Map<string, unknown>();
  return {
    held,
    get: async (name) => structuredClone(held.get(name)),
    set: async (name, value) => void held.set(name, structuredClone(value)),
  };
}

let databases = 0;

export async function freshDatabase(): Promise<{ db: IDBDatabase; kept: Kept; name: string }> {
  const name = `test-${databases++}`;
  const db = await openDatabase(name);
  return { db, kept: new Kept(db), name };
}

export const ENROLMENT: Enrolment = {
  device_id: "6f1c2a34-9d0b-4f7e-8a55-0c9d3e2b1a77",
  server_public_key: "",
  school: { id: "s", name: "Larkhill Academy" },
  server_url: "https://heedful.example",
  token_sha256: "",
};

export function policy(changes: Partial<Policy> = {}): Policy {
  return {
    version: "1",
    device_id: ENROLMENT.device_id,
    school: ENROLMENT.school,
    account: "",
    monitor: true,
    reason: "live",
    age_band: "ks3",
    capture_from: 2,
    layers: ["phrases"],
    hours: { time_zone: "Europe/London", windows: [] },
    test_phrase: "seven purple kettles",
    private_hosts: ["bank.example"],
    pictures: false,
    help: [],
    notice: { version: "1", who_sees: "", what: [], not: [], next_read: "" },
    locked_lists: [],
    bundle: { version: "1", sha256: "" },
    heartbeat_s: 1800,
    ...changes,
  };
}

export function capture(text: string, at = Date.now()): Capture {
  return {
    id: uuid7(at),
    observed_at: "2026-11-24T09:15:02.120+00:00",
    source: "typed",
    text,
    hits: [{ start: 0, end: 1, phrase: "suicide.kill-myself" }],
    bundle_version: "1",
    app: "browser",
    url: "https://a.example/",
    title: "",
    account: { name: "", identity_confidence: "unknown", how: "none" },
    device: ENROLMENT.device_id,
  };
}
