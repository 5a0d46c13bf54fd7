/** Builds a capture as the contract wants it: a window of the text, spans into it, and a page address with nothing secret in it. */

import { rfc3339 } from "./clock";
import type { Finding } from "./matcher";
import { namesSecret } from "./secret-names";
import { uuid7 } from "./uuid7";
import type { Account, Capture, Hit, Source } from "./wire";

export const MAX_WINDOW = 2_000;
const MAX_HITS = 50;
const MAX_URL = 2_048;

export interface Window {
  text: string;
  hits: Hit[];
}

/** At most 2,000 code points round the hits, most severe first in the claim to a place; spans are re-based. */
export function windowRound(text: string, findings: readonly Finding[]): Window {
  const points = Array.from(text.replaceAll("\u0000", "\ufffd"));
  const first = [...findings].sort((a, b) => b.severity - a.severity || a.start - b.start)[0];
  let start = 0;
  let end = points.length;
  if (points.length > MAX_WINDOW && first) {
    const middle = Math.floor((first.start + first.end) / 2);
    start = Math.min(Math.max(0, middle - MAX_WINDOW / 2), points.length - MAX_WINDOW);
    end = start + MAX_WINDOW;
    if (start > 0) start = atSpace(points, start, first.start);
    while (end < points.length && end > first.end && !/\s/.test(points[end]!) && end > start + MAX_WINDOW - 60) end--;
  }
  const hits = findings
    .filter((f) => f.start >= start && f.end <= end && f.end > f.start)
    .map((f) => ({ start: f.start - start, end: f.end - start, phrase: f.rule }))
    .sort((a, b) => a.start - b.start || a.end - b.end);
  return { text: points.slice(start, end).join(""), hits: hits.slice(0, MAX_HITS) };
}

/** The next white space within 60 code points, so that no word is cut, but never past `most`. */
function atSpace(points: readonly string[], from: number, most: number): number {
  for (let i = from; i < Math.min(most, from + 60); i++) if (/\s/.test(points[i]!)) return i + 1;
  return from;
}

/** Without fragment, sign-in names and the values of parameters that name a secret; cut to what the contract allows. */
export function pageAddress(url: string): string {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    return "";
  }
  parsed.hash = "";
  parsed.username = "";
  parsed.password = "";
  for (const name of [...parsed.searchParams.keys()]) if (namesSecret(name) || /token|session|sid$|auth|key$/i.test(name)) parsed.searchParams.set(name, "hidden");
  if (parsed.href.length > MAX_URL) parsed.search = "";
  return parsed.href.length > MAX_URL || /[\u0000-\u0020]/.test(parsed.href) ? parsed.origin.replace(/^null$/, "") : parsed.href;
}

function shortTitle(title: string): string {
  return Array.from(title.replaceAll("\u0000", " ")).slice(0, 300).join("");
}

export interface CaptureParts extends Window {
  source: Source;
  bundleVersion: string;
  url: string;
  title: string;
  account: Account;
  device: string;
  at: Date;
}

export function makeCapture(parts: CaptureParts): Capture {
  return {
    id: uuid7(parts.at.getTime()),
    observed_at: rfc3339(parts.at),
    source: parts.source,
    text: parts.text,
    hits: parts.hits,
    bundle_version: parts.bundleVersion,
    app: "browser",
    url: pageAddress(parts.url),
    title: shortTitle(parts.title),
    account: parts.account,
    device: parts.device,
  };
}
