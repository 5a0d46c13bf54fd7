/** The words of a bundle: one hash table over code points, every answer verified letter by letter. The twin of lexicon.py. */

import { squeeze } from "./signs";
import type { BundleContent } from "./types";

export const OTHER = 0;
export const FIRST_WORD = 3;
/** Stands for a sign alone that reads as a letter, while spaced words are looked for. */
export const GHOST = -1;

const EVASION = 1;
const HEAD = 2;
const TAIL = 4;

export class Lexicon {
  /** How many words there are, with the three that are none of the vocabulary. */
  readonly words: number;
  readonly longestEvasion: number;
  /** By entry (1…): the word's number, and the number that it is a misspelling of. */
  numbers = new Int32Array(0);
  repaired = new Int32Array(0);
  private flags = new Uint8Array(0);
  private starts = new Int32Array(1);
  private letters = new Int32Array(0);
  /** Hash and entry side by side, so that a look-up reads one line of memory. */
  private slots = new Int32Array(0);
  private size = 0;
  /** By entry of the head, then of the tail. */
  private readonly splits = new Map<number, number>();
  /** By length, first and last letter: the entries, most serious first. */
  private readonly byShape = new Map<number, number[]>();
  private squeezed: Map<string, number> | undefined;

  constructor(content: BundleContent) {
    const words = content.vocabulary.split(" ");
    this.words = words.length + FIRST_WORD;
    this.makeRoom(words.length * 4 + 8, content.vocabulary.length * 3);
    words.forEach((word, place) => (this.numbers[this.add(word)] = place + FIRST_WORD));
    const places = [...content.evasion, ...Array.from({ length: content.joined }, (_, i) => words.length - content.joined + i)];
    this.longestEvasion = places.reduce((most, place) => Math.max(most, (words[place] as string).length), 0);
    for (const place of places) this.flag(place + 1, EVASION);
    for (const place of content.evasion) this.addShapes(place + 1);
    for (const [slips, number] of this.named(content.spelling)) for (const slip of slips) this.repaired[this.add(slip)] = number;
    this.addSlips(content.slips.of, new Set(content.slips.but.split(" ")));
    for (const [cuts, number] of this.named(content.splits)) for (const cut of cuts) this.addSplit(cut, number);
  }

  /** The letters of a word of the vocabulary, by its number. */
  lettersOf(number: number): Int32Array {
    const entry = number - FIRST_WORD + 1;
    return this.letters.subarray(this.starts[entry - 1], this.starts[entry]);
  }

  /** The entry of the word `codes[start..end)` whose hash was rolled with `mix`; 0 when there is none. */
  entry(codes: Int32Array, start: number, end: number, hash: number): number {
    const { slots } = this;
    const mask = slots.length - 1;
    for (let slot = (spread(hash) << 1) & mask; ; slot = (slot + 2) & mask) {
      const entry = slots[slot + 1] as number;
      if (entry === 0) return 0;
      if (slots[slot] === hash && this.isSame(entry, codes, start, end)) return entry;
    }
  }

  find(codes: Int32Array, start: number, end: number): number {
    let hash = FNV_BASIS;
    for (let at = start; at < end; at++) hash = mix(hash, codes[at] as number);
    return this.entry(codes, start, end, hash);
  }

  /** The number of an entry that is a word, with `evasionOnly` an evasion word, or a misspelling; 0 for any other. */
  meaning(entry: number, evasionOnly: boolean): number {
    const isWord = evasionOnly ? ((this.flags[entry] as number) & EVASION) !== 0 : this.numbers[entry] !== OTHER;
    return isWord ? (this.numbers[entry] as number) : (this.repaired[entry] as number);
  }

  evasion(entry: number): number {
    return ((this.flags[entry] as number) & EVASION) !== 0 ? (this.numbers[entry] as number) : 0;
  }

  isHead(entry: number): boolean {
    return ((this.flags[entry] as number) & HEAD) !== 0;
  }

  isTail(entry: number): boolean {
    return ((this.flags[entry] as number) & TAIL) !== 0;
  }

  /** The number of the word that two neighbouring entries are, cut in two; 0 when they are none. */
  split(head: number, tail: number): number {
    return this.splits.get(head * PAIR + tail) ?? 0;
  }

  /** The number of the most serious evasion word that `signs[0..length)` may be, where `hidden` stands for any one letter. */
  masked(signs: Int32Array, length: number, hidden: number): number {
    const first = signs[0] as number;
    const last = signs[length - 1] as number;
    const key = first !== hidden ? shape(length, first, false) : last !== hidden ? shape(length, last, true) : 0;
    for (const entry of this.byShape.get(key) ?? []) {
      const from = this.starts[entry - 1] as number;
      let at = (this.starts[entry] as number) - from === length ? 0 : -1;
      while (at >= 0 && at < length && (signs[at] === hidden || signs[at] === this.letters[from + at])) at++;
      if (at === length) return this.numbers[entry] as number;
    }
    return 0;
  }

  /** The number of the evasion word that reads so when every run of letters is one; few texts ask, so it is made when one does. */
  squeezedEvasion(squeezed: string): number {
    this.squeezed ??= this.squeezeAll();
    return this.squeezed.get(squeezed) ?? 0;
  }

  private squeezeAll(): Map<string, number> {
    const words: [string, number][] = [];
    for (let entry = 1; entry <= this.size; entry++) {
      if (this.evasion(entry)) words.push([this.text(entry), this.numbers[entry] as number]);
    }
    words.sort(([a], [b]) => (a < b ? 1 : -1)); // the first in order is put in last, and stays
    return new Map(words.map(([word, number]) => [squeeze(word), number]));
  }

  private text(entry: number): string {
    return String.fromCodePoint(...this.letters.subarray(this.starts[entry - 1] as number, this.starts[entry] as number));
  }

  private isSame(entry: number, codes: Int32Array, start: number, end: number): boolean {
    const { letters } = this;
    let from = this.starts[entry - 1] as number;
    if ((this.starts[entry] as number) - from !== end - start) return false;
    for (let at = start; at < end; at++) if (letters[from++] !== codes[at]) return false;
    return true;
  }

  /** The entry of a word, made where there is none yet. */
  private add(word: string): number {
    if (this.size + 2 >= this.numbers.length) this.makeRoom(this.numbers.length * 2, this.letters.length);
    const from = this.starts[this.size] as number;
    if (from + word.length > this.letters.length) this.makeRoom(this.numbers.length, (from + word.length) * 2);
    let hash = FNV_BASIS;
    let end = from;
    for (let at = 0; at < word.length; at++) {
      const code = word.codePointAt(at) as number;
      if (code > 0xffff) at++;
      this.letters[end++] = code;
      hash = mix(hash, code);
    }
    const known = this.entry(this.letters, from, end, hash);
    if (known) return known;
    this.starts[++this.size] = end;
    this.place(hash, this.size);
    return this.size;
  }

  private place(hash: number, entry: number): void {
    const mask = this.slots.length - 1;
    let slot = (spread(hash) << 1) & mask;
    while (this.slots[slot + 1] !== 0) slot = (slot + 2) & mask;
    this.slots[slot] = hash;
    this.slots[slot + 1] = entry;
  }

  /** Room for so many entries at a load of at most 0.8, and so many letters. */
  private makeRoom(entries: number, letters: number): void {
    const moved = <T extends Int32Array | Uint8Array>(into: T, from: T): T => (into.set(from), into);
    this.numbers = moved(new Int32Array(entries), this.numbers);
    this.repaired = moved(new Int32Array(entries), this.repaired);
    this.flags = moved(new Uint8Array(entries), this.flags);
    this.starts = moved(new Int32Array(entries), this.starts);
    this.letters = moved(new Int32Array(letters), this.letters);
    const old = this.slots;
    this.slots = new Int32Array(2 * 2 ** Math.ceil(Math.log2(entries * 1.25)));
    for (let slot = 0; slot < old.length; slot += 2) if (old[slot + 1]) this.place(old[slot] as number, old[slot + 1] as number);
  }

  private flag(entry: number, flag: number): void {
    this.flags[entry] = (this.flags[entry] as number) | flag;
  }

  /** A table of the bundle: what stands for a word, and the word's number. */
  private *named(table: Record<string, string>): Generator<[string[], number]> {
    for (const [word, forms] of Object.entries(table)) yield [forms.split(","), this.numbers[this.add(word)] as number];
  }

  /** Read the plain slips of words as the words, unless they are words themselves; the word listed first has a shared one. */
  private addSlips(places: readonly number[], real: ReadonlySet<string>): void {
    for (const place of places) {
      const number = place + FIRST_WORD;
      for (const slip of plainSlips(this.text(place + 1))) {
        if (real.has(slip)) continue;
        const entry = this.add(slip);
        if (this.numbers[entry] === OTHER && this.repaired[entry] === OTHER) this.repaired[entry] = number;
      }
    }
  }

  private addSplit(cut: string, number: number): void {
    const space = cut.indexOf(" ");
    const [head, tail] = [this.add(cut.slice(0, space)), this.add(cut.slice(space + 1))];
    this.flag(head, HEAD);
    this.flag(tail, TAIL);
    this.splits.set(head * PAIR + tail, number);
  }

  private addShapes(entry: number): void {
    const from = this.starts[entry - 1] as number;
    const end = this.starts[entry] as number;
    for (const key of [shape(end - from, this.letters[from] as number, false), shape(end - from, this.letters[end - 1] as number, true)]) {
      const found = this.byShape.get(key);
      if (found) found.push(entry);
      else this.byShape.set(key, [entry]);
    }
  }
}

const NEIGHBOURS: Record<string, string> = {
  q: "wa", w: "qes", e: "wrd", r: "etf", t: "ryg", y: "tuh", u: "yij", i: "uok", o: "ipl", p: "ol",
  a: "qsz", s: "adwx", d: "sfec", f: "dgrv", g: "fhtb", h: "gjyn", j: "hkum", k: "jlim", l: "kop",
  z: "asx", x: "zcs", c: "xvd", v: "cbf", b: "vgn", n: "bhm", m: "njk",
};

/** The word backwards, letters swapped, one doubled or one struck beside its key, from five letters on one dropped inside. The twin of plain_slips. */
function plainSlips(word: string): string[] {
  const slips = [[...word].reverse().join("")];
  for (let i = 1; i < word.length - 1; i++) slips.push(word.slice(0, i) + word[i + 1] + word[i] + word.slice(i + 2));
  for (let i = 1; i < word.length; i++) if (word[i - 1] !== word[i]) slips.push(word.slice(0, i + 1) + word.slice(i));
  for (let i = 1; i < word.length - 1; i++) {
    if (word.length >= 5) slips.push(word.slice(0, i) + word.slice(i + 1));
    for (const neighbour of NEIGHBOURS[word[i] as string] ?? "") slips.push(word.slice(0, i) + neighbour + word.slice(i + 1));
  }
  return slips;
}

export const FNV_BASIS = 0x811c9dc5 | 0;
const PAIR = 2 ** 24;

/** One step of FNV-1a over code points. */
export function mix(hash: number, code: number): number {
  return Math.imul(hash ^ code, 0x01000193);
}

function spread(hash: number): number {
  return hash ^ (hash >>> 15);
}

/** The key under which a masked reading looks for a word: its length with its first letter, or with its last. */
function shape(length: number, letter: number, isLast: boolean): number {
  return (letter * 64 + length) * 2 + (isLast ? 1 : 0) + 1;
}
