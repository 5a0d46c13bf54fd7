/** What begins in the lines before a text and ends in it: "i want to kill", Enter, "myself". The twin of across.py. */

import type { Spans } from "./automaton";
import { type Folder, View } from "./fold";
import { OTHER } from "./lexicon";
import type { Reader } from "./repair";
import { Tokens } from "./tokens";
import type { PhraseRow } from "./types";

export const MOST_LINES = 5;
/** A phrase begins at most so far before the text. */
const MOST_TOKENS = 12;
/** Tokens of the text that are read: more than any pattern with its window takes. */
const MOST_AFTER = 128;
/** Of a phrase, before anything moves it. */
const LEAST_SEVERITY = 4;
/** After every rule: earlier lines are sent and kept from here on, and without them nobody could read it. */
export const LEAST_LEFT = 3;
const SPACE = 32;

/** Where a hit lies in the text: half-open in its view, and how many of its own tokens it holds. */
export interface Part {
  first: number;
  last: number;
  count: number;
}

/** Lines before and a text's beginning as one. Token places count from a first token that is no word. */
export class Joined {
  private constructor(
    readonly tokens: Tokens,
    /** The first token that begins in the text. */
    readonly inside: number,
    /** Where the text begins in what was read. */
    private readonly begun: number,
    private readonly own: Tokens,
  ) {}

  /** Null where there is nothing to join. Linear. */
  static of(lines: readonly string[], view: View, own: Tokens, folder: Folder, reader: Reader): Joined | null {
    if (own.length === 0 || lines.length === 0) return null;
    const before = folder.fold(lines.slice(-MOST_LINES).join("\n"));
    const length = beginning(view, own);
    const begun = before.length + 1;
    const both = new View();
    both.reserve(begun + length);
    both.codes.set(before.codes.subarray(0, before.length));
    both.codes[before.length] = SPACE;
    both.codes.set(view.codes.subarray(0, length), begun);
    both.length = begun + length;
    const read = reader.read(both);
    const tokens = new Tokens(read.length + 1);
    tokens.push(OTHER, 0, 0, false, 0); // so that no line's beginning is taken for the text's
    let inside = 1;
    for (let at = 0; at < read.length; at++) {
      tokens.copy(read, at);
      if ((read.starts[at] as number) < begun) inside++;
    }
    return new Joined(tokens, inside, begun, own);
  }

  /** Matches of serious phrases that lie across, without those of which as serious a one of their theme was met before. */
  hits(found: Spans, phrases: readonly PhraseRow[]): Spans {
    const first = Math.max(1, this.inside - MOST_TOKENS);
    const serious = [...found].filter(([target]) => target < phrases.length && (phrases[target] as PhraseRow).severity >= LEAST_SEVERITY);
    const known: { theme: number; severity: number; end: number }[] = []; // what lay wholly in the lines before: it was found there
    for (const [target, spans] of serious) {
      const { theme, severity, needs } = phrases[target] as PhraseRow;
      for (let i = 0; i < spans.length && needs.length === 0; i += 2) {
        const end = spans[i + 1] as number;
        if (this.endsBefore(end)) known.push({ theme, severity, end });
      }
    }
    const hits: Spans = new Map();
    for (const [target, spans] of serious) {
      const { theme, severity } = phrases[target] as PhraseRow;
      const least = Math.max(first, ...known.filter((one) => one.theme === theme && one.severity >= severity).map((one) => one.end));
      const across: number[] = [];
      for (let i = 0; i < spans.length; i += 2) {
        const [start, end] = [spans[i] as number, spans[i + 1] as number];
        if (start >= least && start < this.inside && !this.endsBefore(end)) across.push(start, end);
      }
      if (across.length > 0) hits.set(target, across);
    }
    return hits;
  }

  partInText(end: number): Part {
    const last = (this.tokens.ends[end - 1] as number) - this.begun;
    const { starts, length } = this.own;
    let count = 0;
    while (count < Math.min(length, MOST_AFTER) && (starts[count] as number) < last) count++;
    return { first: Math.min(starts[0] as number, last - 1), last, count: Math.max(1, count) };
  }

  private endsBefore(end: number): boolean {
    return (this.tokens.ends[end - 1] as number) <= this.begun;
  }
}

/** How far a phrase that began before the text, and what stands round it, can reach; no word is cut. */
function beginning(view: View, own: Tokens): number {
  if (own.length <= MOST_AFTER) return view.length;
  let cut = own.ends[MOST_AFTER - 1] as number;
  while (cut < view.length && view.codes[cut] !== SPACE) cut++;
  return cut;
}
