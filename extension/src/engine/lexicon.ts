/** The words of a bundle: one hash table over code points, every answer verified letter by letter. The twin of lexicon.py. */

import type { BundleContent } from "./types";

export const OTHER = 0;
export const FIRST_WORD = 3;
/** Stands for a sign alone that reads as a letter, while spaced words are looked for. */
export const GHOST = -1;

const HEAD = 1;
const TAIL = 2;

export class Lexicon {
  readonly vocabulary = new Map<string, number>();
  readonly evasion = new Map<string, number>();
  readonly spelling = new Map<string, number>();
  readonly splits = new Map<string, number>();
  readonly squeezed = new Map<string, number>();
  readonly byShape = new Map<string, string[]>();
  readonly longestEvasion: number;
  /** By entry (1…): the word's number, the number that it is a misspelling of, and whether it is half of a split word. */
  readonly numbers: Int32Array;
  readonly repaired: Int32Array;
  private readonly halves: Uint8Array;
  private readonly slots: Int32Array;
  private readonly hashes: Int32Array;
  private readonly starts: Int32Array;
  private readonly letters: Uint32Array;

  constructor(content: BundleContent) {
    const words = content.vocabulary.split(" ");
    words.forEach((word, place) => this.vocabulary.set(word, place + FIRST_WORD));
    const serious = content.evasion.map((place) => words[place] as string);
    for (const word of [...serious, ...words.slice(words.length - content.joined)]) this.evasion.set(word, this.vocabulary.get(word) as number);
    this.nameAll(content.spelling, this.spelling);
    this.addSlips(content.slips.of.map((place) => words[place] as string), new Set(content.slips.but.split(" ")));
    this.nameAll(content.splits, this.splits);
    this.shapeAll(serious);
    this.longestEvasion = [...this.evasion.keys()].reduce((most, word) => Math.max(most, word.length), 0);

    const flags = new Map<string, number>();
    for (const key of this.splits.keys()) {
      const [head, tail] = key.split(" ") as [string, string];
      flags.set(head, (flags.get(head) ?? 0) | HEAD);
      flags.set(tail, (flags.get(tail) ?? 0) | TAIL);
    }
    const entries = [...new Set([...words, ...this.spelling.keys(), ...flags.keys()])];
    const total = entries.reduce((sum, entry) => sum + entry.length, 0);
    this.numbers = new Int32Array(entries.length + 1);
    this.repaired = new Int32Array(entries.length + 1);
    this.halves = new Uint8Array(entries.length + 1);
    this.hashes = new Int32Array(entries.length + 1);
    this.starts = new Int32Array(entries.length + 2);
    this.letters = new Uint32Array(total);
    this.slots = new Int32Array(2 ** Math.ceil(Math.log2(entries.length * 2.5 + 8)));
    let end = 0;
    entries.forEach((word, index) => {
      end = this.add(index + 1, word, end);
      this.halves[index + 1] = flags.get(word) ?? 0;
    });
  }

  /** The entry of the word `codes[start..end)` whose hash was rolled with `mix`; 0 when there is none. */
  entry(codes: Uint32Array, start: number, end: number, hash: number): number {
    const mask = this.slots.length - 1;
    for (let slot = spread(hash) & mask; ; slot = (slot + 1) & mask) {
      const entry = this.slots[slot] as number;
      if (entry === 0) return 0;
      if (this.hashes[entry] === hash && this.isSame(entry, codes, start, end)) return entry;
    }
  }

  isHead(entry: number): boolean {
    return ((this.halves[entry] as number) & HEAD) !== 0;
  }

  isTail(entry: number): boolean {
    return ((this.halves[entry] as number) & TAIL) !== 0;
  }

  private isSame(entry: number, codes: Uint32Array, start: number, end: number): boolean {
    const from = this.starts[entry] as number;
    if ((this.starts[entry + 1] as number) - from !== end - start) return false;
    for (let i = 0; i < end - start; i++) if (this.letters[from + i] !== codes[start + i]) return false;
    return true;
  }

  private add(entry: number, word: string, from: number): number {
    let hash = FNV_BASIS;
    let end = from;
    for (let at = 0; at < word.length; at++) {
      const code = word.codePointAt(at) as number;
      if (code > 0xffff) at++;
      this.letters[end++] = code;
      hash = mix(hash, code);
    }
    this.numbers[entry] = this.vocabulary.get(word) ?? OTHER;
    this.repaired[entry] = this.spelling.get(word) ?? OTHER;
    this.hashes[entry] = hash;
    this.starts[entry] = from;
    this.starts[entry + 1] = end;
    const mask = this.slots.length - 1;
    let slot = spread(hash) & mask;
    while (this.slots[slot] !== 0) slot = (slot + 1) & mask;
    this.slots[slot] = entry;
    return end;
  }

  private nameAll(table: Record<string, string>, into: Map<string, number>): void {
    for (const [word, slips] of Object.entries(table)) {
      for (const slip of slips.split(",")) into.set(slip, this.vocabulary.get(word) as number);
    }
  }

  /** Read the plain slips of words as the words, unless they are words themselves; the word listed first has a shared one. */
  private addSlips(words: readonly string[], real: ReadonlySet<string>): void {
    for (const word of words) {
      const number = this.vocabulary.get(word) as number;
      for (const slip of plainSlips(word)) {
        if (!this.vocabulary.has(slip) && !real.has(slip) && !this.spelling.has(slip)) this.spelling.set(slip, number);
      }
    }
  }

  private shapeAll(serious: readonly string[]): void {
    for (const word of [...this.evasion.keys()].sort()) {
      const short = squeeze(word);
      if (!this.squeezed.has(short)) this.squeezed.set(short, this.evasion.get(word) as number);
    }
    for (const word of serious) {
      for (const key of shapes(Array.from(word))) {
        const found = this.byShape.get(key);
        if (found) found.push(word);
        else this.byShape.set(key, [word]);
      }
    }
  }
}

/** Letters swapped or one doubled, in words of six letters and more one dropped from inside. The twin of plain_slips. */
function plainSlips(word: string): string[] {
  const slips: string[] = [];
  for (let i = 1; i < word.length - 1; i++) slips.push(word.slice(0, i) + word[i + 1] + word[i] + word.slice(i + 2));
  for (let i = 1; i < word.length; i++) if (word[i - 1] !== word[i]) slips.push(word.slice(0, i + 1) + word.slice(i));
  if (word.length >= 6) for (let i = 1; i < word.length - 1; i++) slips.push(word.slice(0, i) + word.slice(i + 1));
  return slips;
}

export const FNV_BASIS = 0x811c9dc5 | 0;

/** One step of FNV-1a over code points. */
export function mix(hash: number, code: number): number {
  return Math.imul(hash ^ code, 0x01000193);
}

function spread(hash: number): number {
  return hash ^ (hash >>> 15);
}

/** A word with every run of one letter made single: kill → kil. */
export function squeeze(word: string): string {
  return word.replace(/(.)\1+/gsu, "$1");
}

/** The keys under which a masked reading looks for a word: its length with its first letter, and with its last. */
export function shapes(signs: readonly string[]): [string, string] {
  return [`${signs.length}${signs[0]}_`, `${signs.length}_${signs[signs.length - 1]}`];
}
