/** What the small model sees of a text: hashed features of its words. The twin of model_features.py. */

import type { View } from "./fold";
import { FNV_BASIS, type Lexicon, mix } from "./lexicon";
import type { Tokens } from "./tokens";

const MOST_CHARACTERS = 32;
const [LEAST_GRAM, MOST_GRAM] = [3, 5];
const [WORD, CHARACTERS, SERIES, SKIP, REPAIRED] = [0x9e3779b1 | 0, 0x85ebca77 | 0, 0xc2b2ae3d | 0, 0x27d4eb2f | 0, 0x165667b1 | 0] as const;
const [OPEN, CLOSE] = [60, 62]; // the edges of a word, among its characters
/** A word has at most so many features of its own. */
const MOST_UNITS = 2 + (MOST_GRAM - LEAST_GRAM + 1) * MOST_CHARACTERS;

/** Before the first word of a text, after its last, between lines. */
const [START, END, BREAK] = [hashOf(1), hashOf(2), hashOf(3)] as const;

/** The words of a text, each with its hash and the features that it has by itself. */
export class Words {
  length = 0;
  private hashes = new Int32Array(64);
  private unitEnds = new Int32Array(64);
  private units = new Int32Array(2048);

  clear(): void {
    this.length = 0;
  }

  /** Add the tokens that were read from a view; a repaired one is the word that it was repaired to. */
  addTokens(tokens: Tokens, view: View, lexicon: Lexicon): void {
    for (let at = 0; at < tokens.length; at++) {
      if (tokens.repaired[at] === 1) {
        const letters = lexicon.lettersOf(tokens.words[at] as number);
        this.addWord(letters, 0, letters.length, true);
      } else this.addWord(view.codes, tokens.starts[at] as number, tokens.ends[at] as number, false);
    }
  }

  addBreak(): void {
    this.reserve();
    this.close(BREAK, this.unitsEnd());
  }

  addAll(from: Words, first: number, end: number): void {
    for (let at = first; at < end; at++) {
      this.reserve();
      const start = this.unitsEnd();
      const own = from.unitsOf(at);
      this.units.set(own, start);
      this.close(from.hashes[at] as number, start + own.length);
    }
  }

  /** The features that a word has by itself. */
  unitsOf(at: number): Int32Array {
    return this.units.subarray(at > 0 ? this.unitEnds[at - 1] : 0, this.unitEnds[at]);
  }

  /** Tell of every feature of the words from `first` to `end`, some more than once; `starts` and `ends` say whether the text does so with them. */
  tell(first: number, end: number, starts: boolean, ends: boolean, each: (feature: number) => void): void {
    const { units, hashes } = this;
    const last = end > first ? (this.unitEnds[end - 1] as number) : 0;
    for (let unit = end > first && first > 0 ? (this.unitEnds[first - 1] as number) : 0; unit < last; unit++) each(units[unit] as number);
    const stop = end + (ends ? 1 : 0);
    let [before, previous] = [0, 0];
    let read = 0;
    for (let at = first - (starts ? 1 : 0); at < stop; at++) {
      const hash = at < first ? START : at === end ? END : (hashes[at] as number);
      if (read > 0) each(mixed(mix(mix(SERIES, previous), hash)));
      if (read > 1) {
        each(mixed(mix(mix(mix(SERIES, before), previous), hash)));
        each(mixed(mix(mix(SKIP, before), hash)));
      }
      [before, previous] = [previous, hash];
      read++;
    }
  }

  /** For each word from `first` to `end` the features that it has a part in. */
  byWord(first: number, end: number, starts: boolean, ends: boolean): Set<number>[] {
    const from = first - (starts ? 1 : 0);
    const stop = end + (ends ? 1 : 0);
    const at = (place: number) => (place < first ? START : place === end ? END : (this.hashes[place] as number));
    const series: number[][] = [];
    for (let place = from; place < stop; place++) {
      const found: number[] = [];
      const pair = mix(mix(SERIES, at(place)), place + 1 < stop ? at(place + 1) : 0);
      if (place + 1 < stop) found.push(mixed(pair));
      if (place + 2 < stop) found.push(mixed(mix(pair, at(place + 2))), mixed(mix(mix(SKIP, at(place)), at(place + 2))));
      series.push(found);
    }
    return Array.from({ length: end - first }, (_, place) => {
      const here = place + first - from;
      return new Set([...this.unitsOf(first + place), ...series.slice(Math.max(0, here - 2), here + 1).flat()]);
    });
  }

  private addWord(codes: Int32Array, start: number, end: number, isRepaired: boolean): void {
    this.reserve();
    const { units } = this;
    const to = Math.min(end, start + MOST_CHARACTERS);
    let hash = FNV_BASIS;
    for (let at = start; at < to; at++) hash = mix(hash, codes[at] as number);
    hash = mixed(hash);
    let unit = this.unitsEnd();
    units[unit++] = mixed(mix(WORD, hash));
    for (let first = start - 1; first + LEAST_GRAM - 1 <= to; first++) {
      let value: number = CHARACTERS;
      for (let at = first; at <= to && at < first + MOST_GRAM; at++) {
        value = mix(value, at < start ? OPEN : at === to ? CLOSE : (codes[at] as number));
        if (at - first + 1 >= LEAST_GRAM) units[unit++] = mixed(value);
      }
    }
    if (isRepaired) units[unit++] = mixed(mix(REPAIRED, hash));
    this.close(hash, unit);
  }

  private close(hash: number, unitsEnd: number): void {
    this.hashes[this.length] = hash;
    this.unitEnds[this.length++] = unitsEnd;
  }

  private unitsEnd(): number {
    return this.length > 0 ? (this.unitEnds[this.length - 1] as number) : 0;
  }

  /** Room for one more word. */
  private reserve(): void {
    if (this.length === this.hashes.length) [this.hashes, this.unitEnds] = [doubled(this.hashes), doubled(this.unitEnds)];
    if (this.unitsEnd() + MOST_UNITS > this.units.length) this.units = doubled(this.units);
  }
}

/** How many windows there are over so many words: each half over the one before, the last ends with the text. */
export function windowCount(count: number, size: number): number {
  return Math.max(0, Math.ceil((count - size) / (size / 2))) + 1;
}

/** The first and the last of the windows that hold any of the words from `start` to `end`. */
export function windowsOf(start: number, end: number, count: number, size: number): [number, number] {
  const half = size / 2;
  const last = windowCount(count, size) - 1;
  return [Math.min(last, Math.max(0, Math.ceil((start - size + 1) / half))), Math.min(last, Math.floor((end - 1) / half))];
}

function hashOf(code: number): number {
  return mixed(mix(FNV_BASIS, code));
}

/** The last step of every hash: each bit of the value moves every bit of the answer. */
function mixed(value: number): number {
  let hash = value ^ (value >>> 16);
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

function doubled(numbers: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * numbers.length);
  larger.set(numbers);
  return larger;
}
