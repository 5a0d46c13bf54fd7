/** The compiled library of phrases: fetched when the policy names another one, verified, kept for use without a network. */

import { fetchPublic, Refused, Unreachable } from "./api";
import type { Kept } from "./db";
import type { LibraryFault } from "./faults";
import { type Assess, assessorOf, FORMAT, loadBundle, OtherFormat } from "./matcher";
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

/** What is in force, and why that is not what it should be. */
export interface Library {
  loaded: Loaded | null;
  fault: LibraryFault | "none";
}

/** A library that this very version of the extension could not read: fetched once, not at every turn. */
interface Unreadable {
  sha256: string;
  agent: string;
  fault: LibraryFault;
}

async function load({ bytes, sha256, version }: HeldBundle): Promise<Loaded | LibraryFault> {
  try {
    return { version, sha256, assess: assessorOf(await loadBundle(bytes)) };
  } catch (error) {
    console.warn("heedful: bundle", error instanceof Error ? error.name : "failed");
    if (!(error instanceof OtherFormat)) return "library_unreadable";
    return error.format < FORMAT ? "library_too_old" : "library_too_new";
  }
}

export async function heldBundle(kept: Kept): Promise<Library> {
  const held = await kept.get<HeldBundle>("bundle");
  const loaded = held ? await load(held) : "library_missing";
  return typeof loaded === "string" ? { loaded: null, fault: loaded } : { loaded, fault: "none" };
}

/** The bundle that the policy names; the one in force when that can't be had, verified or read. */
export async function refreshBundle(kept: Kept, enrolment: Enrolment, wanted: Policy["bundle"], inForce: Loaded | null, agent: string): Promise<Library> {
  if (inForce?.sha256 === wanted.sha256) return { loaded: inForce, fault: "none" };
  const met = await kept.get<Unreadable>("bundle-unreadable");
  if (met?.sha256 === wanted.sha256 && met.agent === agent) return { loaded: inForce, fault: met.fault };
  const got = await fetchBundle(enrolment, wanted);
  if (typeof got === "string") return { loaded: inForce, fault: got };
  const loaded = await load(got);
  if (typeof loaded === "string") {
    await kept.put("bundle-unreadable", { sha256: got.sha256, agent, fault: loaded } satisfies Unreadable);
    return { loaded: inForce, fault: loaded };
  }
  await kept.put("bundle", got);
  return { loaded, fault: "none" };
}

async function fetchBundle(enrolment: Enrolment, wanted: Policy["bundle"]): Promise<HeldBundle | LibraryFault> {
  try {
    const answer = await fetchPublic(enrolment.server_url, "/device/v1/bundle");
    if (answer.status !== 200) return "library_missing";
    const sha256 = await sha256Hex(answer.body);
    // A newer one than this policy names is fine: it is signed all the same. The version then comes with the next policy.
    if (!(await verifyBundle(enrolment.server_public_key, answer.headers.get("Heedful-Server-Signature") ?? "", answer.body))) return "library_unverified";
    return { bytes: answer.body, sha256, version: sha256 === wanted.sha256 ? wanted.version : sha256.slice(0, 12) };
  } catch (error) {
    if (error instanceof Refused || error instanceof Unreachable) return "library_missing";
    throw error;
  }
}
