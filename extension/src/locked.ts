/** Addresses on the lists of illegal content that the school obtains: hashed, locked on, never in the clear (U01, U02). */

import { sha256Hex } from "./signing";
import type { LockedList } from "./wire";

const PARTS = /^(?:[a-z][a-z0-9+.-]*:\/\/)?(?:[^/?#@\s]*@)?([^/?#:\s]*)(?::\d*)?([^?#\s]*)(?:\?([^#\s]*))?/i;

/** Host, path and query, as the server's `canonical_address` gives it; null when it is no address. */
export function canonicalAddress(address: string): string | null {
  const [, host = "", path = "", query = ""] = PARTS.exec(address) ?? [];
  const name = host.toLowerCase().replace(/\.+$/, "").replace(/^www\./, "");
  return name === "" ? null : `${name}${path.replace(/\/+$/, "")}${query ? `?${query}` : ""}`;
}

/** True when the page, the page without its query, or its whole host is on a list. */
export async function isLocked(address: string, lists: readonly LockedList[]): Promise<boolean> {
  const canonical = canonicalAddress(address);
  const urlLists = lists.filter((list) => list.kind === "url" && list.entries.length > 0);
  if (canonical === null || urlLists.length === 0) return false;
  const page = canonical.split("?")[0]!;
  for (const form of new Set([canonical, page, page.split("/")[0]!])) {
    const digest = await sha256Hex(new TextEncoder().encode(form));
    if (urlLists.some((list) => list.entries.includes(digest.slice(0, 2 * list.sha256_prefix_bytes)))) return true;
  }
  return false;
}
