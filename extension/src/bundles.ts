/** The compiled library of phrases: fetched when the policy names another one, verified, kept for use without a network. */

import { fetchPublic, Refused, Unreachable } from "./api";
import type { Kept } from "./db";
import { type Assess, assessorOf, loadBundle } from "./matcher";
import { sha256Hex, verifyBundle } from "./signing";
import type { Enrolment, Policy } from "./wire";

interface HeldBundle {
  bytes: ArrayBuffer;
  sha256: string;
  version: string;
}

export interface Loaded {
  version: string;
  sha256: string;
  assess: Assess;
}

/** Null for bytes that this version can't read: a newer format, or a file that is spoilt. */
async function load({ bytes, sha256, version }: HeldBundle): Promise<Loaded | null> {
  try {
    return { version, sha256, assess: assessorOf(await loadBundle(bytes)) };
  } catch (error) {
    console.warn("heedful: bundle", error instanceof Error ? error.name : "failed");
    return null;
  }
}

export async function heldBundle(kept: Kept): Promise<Loaded | null> {
  const held = await kept.get<HeldBundle>("bundle");
  return held ? load(held) : null;
}

/** The bundle that the policy names; the one in force when that can't be had or verified. */
export async function refreshBundle(kept: Kept, enrolment: Enrolment, wanted: Policy["bundle"], inForce: Loaded | null): Promise<Loaded | null> {
  if (inForce?.sha256 === wanted.sha256) return inForce;
  try {
    const answer = await fetchPublic(enrolment.server_url, "/device/v1/bundle");
    if (answer.status !== 200) return inForce;
    const signature = answer.headers.get("Heedful-Server-Signature") ?? "";
    const sha256 = await sha256Hex(answer.body);
    // A newer one than this policy names is fine: it is signed all the same. The version then comes with the next policy.
    if (!(await verifyBundle(enrolment.server_public_key, signature, answer.body))) return inForce;
    const held = { bytes: answer.body, sha256, version: sha256 === wanted.sha256 ? wanted.version : sha256.slice(0, 12) };
    const loaded = await load(held);
    if (!loaded) return inForce;
    await kept.put("bundle", held);
    return loaded;
  } catch (error) {
    if (error instanceof Refused || error instanceof Unreachable) return inForce;
    throw error;
  }
}
