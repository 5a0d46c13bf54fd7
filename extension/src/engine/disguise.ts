/** Single words that were written to be missed: misspelt, stretched, leet, masked. One half of the twin of repair.py. */

import { FNV_BASIS, type Lexicon, mix } from "./lexicon";
import { asFirst, asLast, COMMA, HYPHEN, IS_DOUBTFUL, IS_DULL, IS_NO_LETTER, NINE, squeeze, STAR, STOP, traitsOf } from "./signs";

const MAX_CHARACTERS = 40;
const MAX_DOUBTFUL = 4;
const LEAST_READ = 3;
const ZERO = 48;
const I = 105;
const L = 108;

/** All works on code points in arrays: most chunks that look odd are none, and should cost no string. */
export class Disguises {
  /** Of the signs that were gathered: those that are not dull, each read as its first letter, and the places of the doubtful. */
  private readonly kept = new Int32Array(MAX_CHARACTERS);
  private readonly reading = new Int32Array(MAX_CHARACTERS);
  private readonly doubts = new Int32Array(MAX_CHARACTERS);
  private size = 0;
  private letters = 0;
  private doubtful = 0;
  private stars = 0;
  private hyphens = 0;
  /** The hash of the reading, and whether this or another one may have three equal letters in a row. */
  private hash = 0;
  private mayStretch = false;

  constructor(private readonly lexicon: Lexicon) {}

  /** One token that no pattern names, and its entry: misspelt, stretched or leet; 0 when it is none of these. */
  resolve(codes: Int32Array, start: number, end: number, entry: number): number {
    const misspelt = this.lexicon.repaired[entry] as number;
    if (misspelt) return misspelt;
    if (end - start > MAX_CHARACTERS) return this.stretched(codes, start, end, false);
    this.gather(codes, start, end);
    const number = this.mayStretch ? this.stretched(codes, start, end, false) : 0;
    const others = this.size - this.letters;
    if (number || this.letters === 0 || others === 0 || !this.isReadable()) return number;
    return this.firstReading(this.size < LEAST_READ, false);
  }

  /** A chunk's middle, signs included, as one evasion word, or of a broken chunk as any word; 0 when it is none. */
  piece(codes: Int32Array, start: number, end: number, isBroken: boolean): number {
    if (end - start > MAX_CHARACTERS) return 0;
    this.gather(codes, start, end);
    const { size, letters } = this;
    if (letters === 0) return 0;
    if (this.stars > 0) return this.masked(size, this.stars);
    const others = size - letters;
    if (this.isReadable() && (letters > others || size === end - start)) {
      const found = this.firstReading(true, isBroken && size > 2);
      if (found) return found;
    }
    return this.hyphens === 1 && letters === size && letters >= 3 ? this.maskedByHyphen(codes, start, end) : 0;
  }

  /** One pass over at most so many signs; what it finds goes to the fields at the end, for locals are quicker. */
  private gather(codes: Int32Array, start: number, end: number): void {
    let [size, letters, doubtful, stars, hyphens] = [0, 0, 0, 0, 0];
    let hash = FNV_BASIS;
    let last = 0;
    let run = 0;
    this.mayStretch = false;
    for (let at = start; at < end; at++) {
      const code = codes[at] as number;
      const traits = traitsOf(code);
      if (traits & IS_DULL) {
        if (code === HYPHEN) hyphens++;
        continue;
      }
      if ((traits & IS_NO_LETTER) === 0) letters++;
      if (traits & IS_DOUBTFUL) this.doubts[doubtful++] = size;
      if (code === STAR) stars++;
      const first = asFirst(code);
      const alike = first === L ? I : first; // one sign may be either
      run = alike === last ? run + 1 : 1;
      if (run === 3) this.mayStretch = true;
      last = alike;
      hash = mix(hash, first);
      this.kept[size] = code;
      this.reading[size++] = first;
    }
    this.hash = hash;
    this.size = size;
    this.letters = letters;
    this.doubtful = doubtful;
    this.stars = stars;
    this.hyphens = hyphens;
  }

  /** Whether there are letters enough to read the signs among them as letters: 10g is no word, 57ab and h1t are. */
  private isReadable(): boolean {
    const { kept, letters, size } = this;
    if (2 * letters >= size || size > LEAST_READ) return true;
    return size === LEAST_READ && !(isDigit(kept[0] as number) && isDigit(kept[1] as number));
  }

  private maskedByHyphen(codes: Int32Array, start: number, end: number): number {
    let size = 0;
    for (let at = start; at < end; at++) {
      const code = codes[at] as number;
      if (code !== COMMA && code !== STOP) this.reading[size++] = code === HYPHEN ? STAR : code;
    }
    return this.masked(size, 1);
  }

  /** The most serious evasion word, then the first, that `reading` with `*` for single letters may be. */
  private masked(size: number, hidden: number): number {
    const shown = size - hidden;
    if (shown < 2 || shown < hidden) return 0;
    const isOpen = this.reading[0] === STAR || this.reading[size - 1] === STAR;
    if (size < 4 && (isOpen || size < 3)) return 0;
    return this.lexicon.masked(this.reading, size, STAR);
  }

  /**
   * What the leet signs that were gathered may mean, i before l, until one reading is known; with many doubtful signs all are
   * read alike. As an evasion word where `evasionOnly`, last `orAny` word; 0 when there is none.
   */
  private firstReading(evasionOnly: boolean, orAny: boolean): number {
    const { lexicon, reading, size, doubtful } = this;
    const turns = doubtful > MAX_DOUBTFUL ? 2 : 1 << doubtful;
    for (let turn = 0; turn < turns; turn++) {
      if (turn > 0) this.turnDoubts(turn);
      const entry = turn > 0 ? lexicon.find(reading, 0, size) : lexicon.entry(reading, 0, size, this.hash);
      const known = lexicon.meaning(entry, evasionOnly) || (this.mayStretch ? this.stretched(reading, 0, size, true) : 0);
      const found = known || (orAny ? (lexicon.numbers[entry] as number) : 0);
      if (found) return found;
    }
    return 0;
  }

  /** Let each doubtful sign be its first or last letter as this turn's bits say; the first such sign changes last. */
  private turnDoubts(turn: number): void {
    for (let i = 0; i < this.doubtful; i++) {
      const at = this.doubts[i] as number;
      const isLast = this.doubtful > MAX_DOUBTFUL || ((turn >> (this.doubtful - 1 - i)) & 1) === 1;
      this.reading[at] = isLast ? asLast(this.kept[at] as number) : asFirst(this.kept[at] as number);
    }
  }

  private stretched(codes: Int32Array, start: number, end: number, evasionOnly: boolean): number {
    if (!hasRun(codes, start, end)) return 0;
    const shorter = new Int32Array(end - start);
    for (let letters = 2; letters > 0; letters--) {
      const size = shorten(codes, start, end, letters, shorter);
      const number = this.lexicon.meaning(this.lexicon.find(shorter, 0, size), evasionOnly);
      if (number && size > 1) return number;
    }
    return this.lexicon.squeezedEvasion(squeeze(textOf(codes, start, end)));
  }
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= NINE;
}

/** Whether three equal signs that are no digits stand in a row. */
function hasRun(codes: Int32Array, start: number, end: number): boolean {
  for (let at = start + 2; at < end; at++) {
    const code = codes[at] as number;
    if (code === codes[at - 1] && code === codes[at - 2] && code > NINE) return true;
  }
  return false;
}

/** Write `codes` into `shorter` with every run of three and more made `letters` long; gives its length. */
function shorten(codes: Int32Array, start: number, end: number, letters: number, shorter: Int32Array): number {
  let size = 0;
  for (let at = start; at < end; ) {
    const code = codes[at] as number;
    let to = at + 1;
    while (to < end && codes[to] === code) to++;
    const kept = to - at > 2 && code > NINE ? letters : to - at;
    for (let i = 0; i < kept; i++) shorter[size++] = code;
    at = to;
  }
  return size;
}

function textOf(codes: Int32Array, start: number, end: number): string {
  let text = "";
  for (let at = start; at < end; at++) text += String.fromCodePoint(codes[at] as number);
  return text;
}
