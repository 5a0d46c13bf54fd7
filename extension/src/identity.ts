/** Who is at the keyboard, as well as it can be known, and how sure that is. */

import type { Account } from "./wire";

export const NATIVE_HOST = "org.heedful.identity";
/** A helper that hangs must not keep the sensor from starting. */
const NATIVE_MS = 2_000;
export const NOBODY: Account = { name: "", identity_confidence: "unknown", how: "none" };

export interface Sources {
  managedPupil: string;
  os: string;
  profileEmail: () => Promise<string>;
  /** Null when the helper is there and has not answered in time. */
  nativeUser: () => Promise<string | null>;
  /** What the helper said last: a profile belongs to one user of the machine, so a slow answer changes nothing. */
  lastNative: string;
}

function tidy(name: string): string {
  return name.replace(/[\u0000-\u001f]/g, "").trim().slice(0, 254);
}

/** Managed pupil, then profile account, then native host, then nobody. */
export async function whoIsTyping({ managedPupil, os, profileEmail, nativeUser, lastNative }: Sources): Promise<Account> {
  const managed = tidy(managedPupil);
  if (managed !== "") return { name: managed, identity_confidence: "certain", how: "managed" };
  const profile = tidy(await profileEmail());
  // On ChromeOS the profile account is the sign-in to the device itself.
  if (profile !== "") return { name: profile, identity_confidence: os === "cros" ? "certain" : "likely", how: "profile" };
  const native = tidy((await nativeUser()) ?? lastNative);
  if (native !== "") return { name: native, identity_confidence: "likely", how: "native" };
  return NOBODY;
}

export async function profileEmail(): Promise<string> {
  if (!chrome.identity?.getProfileUserInfo) return "";
  return (await chrome.identity.getProfileUserInfo({ accountStatus: "ANY" as chrome.identity.AccountStatus })).email ?? "";
}

/** The signed-in user of the operating system, where the school has installed the small native helper. */
export async function nativeUser(): Promise<string | null> {
  if (!chrome.runtime.sendNativeMessage) return "";
  try {
    const tooSlow = new Promise<null>((resolve) => setTimeout(() => resolve(null), NATIVE_MS));
    const answer = (await Promise.race([chrome.runtime.sendNativeMessage(NATIVE_HOST, { ask: "user" }), tooSlow])) as { user?: unknown } | null;
    if (answer === null) return null;
    return typeof answer.user === "string" ? answer.user : "";
  } catch {
    // Not installed: the usual case.
    return "";
  }
}
