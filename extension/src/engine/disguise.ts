/** Single words that were written to be missed: misspelt, stretched, leet, masked. One half of the twin of repair.py. */

import type { Lexicon } from "./lexicon";
import { asFirst, asLast, COMMA, HYPHEN, IS_DULL, IS_NO_LETTER, NINE, squeeze, STAR, STOP, traitsOf } from "./signs";

const MAX_CHARACTERS = 40;
const MAX_DOUBTFUL = 3;

/** All works on code points in arrays: most chunks that look odd are none, and should cost no string. */
export class Disguises {
  private readonly kept = new Int32Array(MAX_CHARACTERS);
  private readonly reading = new Int32Array(MAX_CHARACTERS);
  /** The places of the signs that may be one of two letters. */
  private readonly doubts = new Uint8Array(MAX_CHARACTERS);

  constructor(private readonly lexicon: Lexicon) {}

  /** One token that no pattern names, and its entry: misspelt, stretched or leet; 0 when it is none of these. */
  resolve(codes: Int32Array, start: number, end: number, entry: number): number {
    const number = (this.lexicon.repaired[entry] as number) || this.stretched(codes, start, end, false);
    const size = end - start;
    if (number || size > MAX_CHARACTERS) return number;
    let letters = 0;
    for (let at = start; at < end; at++) {
      const code = codes[at] as number;
      this.kept[at - start] = code;
      if ((traitsOf(code) & IS_NO_LETTER) === 0) letters++;
    }
    const others = size - letters;
    if (letters === 0 || others === 0 || !isReadable(letters, others)) return 0;
    return this.firstReading(size, letters < 2, 0);
  }

  /** A chunk's middle, signs included, as one evasion word, or of a broken chunk as any word; 0 when it is none. */
  piece(codes: Int32Array, start: number, end: number, isBroken: boolean): number {
    if (end - start > MAX_CHARACTERS) return 0;
    let size = 0;
    let letters = 0;
    let hyphens = 0;
    let stars = 0;
    for (let at = start; at < end; at++) {
      const code = codes[at] as number;
      const traits = traitsOf(code);
      if (code === HYPHEN) hyphens++;
      if (traits & IS_DULL) continue;
      if ((traits & IS_NO_LETTER) === 0) letters++;
      if (code === STAR) stars++;
      this.kept[size++] = code;
    }
    if (letters === 0) return 0;
    if (stars > 0) return this.maskedByStars(size, stars);
    const others = size - letters;
    if (isReadable(letters, others) && (letters > others || size === end - start)) {
      const found = this.firstReading(size, true, isBroken && size > 2 ? 1 : 0);
      if (found) return found;
    }
    return hyphens === 1 && letters === size && letters >= 3 ? this.maskedByHyphen(codes, start, end) : 0;
  }

  private maskedByStars(size: number, stars: number): number {
    for (let at = 0; at < size; at++) this.reading[at] = asFirst(this.kept[at] as number);
    return this.masked(size, stars);
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
   * What the leet signs in `kept` may mean, i before l, until one reading is known; with many doubtful signs all are read
   * alike. As an evasion word where `evasionOnly`, and of those readings any word where `orAny`; 0 when there is none.
   */
  private firstReading(size: number, evasionOnly: boolean, orAny: number): number {
    const { kept, reading, doubts, lexicon } = this;
    let doubtful = 0;
    for (let at = 0; at < size; at++) {
      const code = kept[at] as number;
      reading[at] = asFirst(code);
      if (reading[at] !== asLast(code)) doubts[doubtful++] = at;
    }
    const turns = doubtful > MAX_DOUBTFUL ? 2 : 1 << doubtful;
    for (let turn = 0; turn < turns; turn++) {
      if (turn > 0) this.turnDoubts(turn, doubtful);
      const entry = lexicon.find(reading, 0, size);
      const found = lexicon.meaning(entry, evasionOnly) || this.stretched(reading, 0, size, true) || orAny * (lexicon.numbers[entry] as number);
      if (found) return found;
    }
    return 0;
  }

  /** Let each doubtful sign be its first or last letter as this turn's bits say; the first such sign changes last. */
  private turnDoubts(turn: number, doubtful: number): void {
    for (let i = 0; i < doubtful; i++) {
      const at = this.doubts[i] as number;
      const isLast = doubtful > MAX_DOUBTFUL || ((turn >> (doubtful - 1 - i)) & 1) === 1;
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

/** Whether there are letters enough to read the signs among them as letters: 10g is no word, 57ab is. */
function isReadable(letters: number, others: number): boolean {
  return letters >= others || letters + others >= 4;
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
