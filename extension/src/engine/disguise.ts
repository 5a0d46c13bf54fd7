/** Single words that were written to be missed: misspelt, stretched, leet, masked. One half of the twin of repair.py. */

import { type Lexicon, shapes, squeeze } from "./lexicon";

export const MASK = "*";
const LEET: Record<string, string> = {
  "0": "o", "1": "il", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "9": "g",
  "@": "a", $: "s", "!": "il", "|": "li", "+": "t", "€": "e",
};
const MAX_CHARACTERS = 40;
const MAX_DOUBTFUL = 3;
const STRETCHED = /([^0-9])\1\1+/su;
const ALL_STRETCHED = /([^0-9])\1\1+/gsu;
const NOT_LETTERS = "0123456789 ,.-*@$!|+€";
const DULL = " ,.-";

export class Disguises {
  constructor(private readonly lexicon: Lexicon) {}

  /** One token that no pattern names: misspelt, stretched or leet; 0 when it is none of these. */
  resolve(signs: readonly string[]): number {
    const word = signs.join("");
    const number = this.lexicon.spelling.get(word) ?? this.stretched(word, this.lexicon.vocabulary);
    const letters = signs.filter(isLetter).length;
    const others = signs.length - letters;
    if (number || letters === 0 || others === 0 || signs.length > MAX_CHARACTERS || !isReadable(letters, others)) return number;
    const known = letters >= 2 ? this.lexicon.vocabulary : this.lexicon.evasion;
    for (const reading of readings(signs)) {
      const found = known.get(reading) ?? this.evasion(reading);
      if (found) return found;
    }
    return 0;
  }

  /** A chunk's middle, signs included, as one evasion word, or of a broken chunk as any word; 0 when it is none. */
  piece(signs: readonly string[], isBroken: boolean): number {
    if (signs.length > MAX_CHARACTERS) return 0;
    const kept = signs.filter((sign) => !DULL.includes(sign));
    const letters = kept.filter(isLetter).length;
    if (letters === 0) return 0;
    if (kept.includes(MASK)) return this.masked(kept.map(asFirst));
    const others = kept.length - letters;
    if (isReadable(letters, others) && (letters > others || kept.length === signs.length)) {
      for (const reading of readings(kept)) {
        const found = this.evasion(reading) || (isBroken && Array.from(reading).length > 2 ? (this.lexicon.vocabulary.get(reading) ?? 0) : 0);
        if (found) return found;
      }
    }
    const hyphens = signs.filter((sign) => sign === "-").length;
    if (hyphens !== 1 || letters !== kept.length || letters < 3) return 0;
    return this.masked(signs.filter((sign) => sign !== "," && sign !== ".").map((sign) => (sign === "-" ? MASK : sign)));
  }

  /** The most serious evasion word, then the first, that a word with `*` for single letters may be. */
  private masked(signs: readonly string[]): number {
    const hidden = signs.filter((sign) => sign === MASK).length;
    const shown = signs.length - hidden;
    const first = signs[0] as string;
    const last = signs[signs.length - 1] as string;
    if (shown < 2 || shown < hidden) return 0;
    if (signs.length < 4 && (first === MASK || last === MASK || signs.length < 3)) return 0;
    const [head, tail] = shapes(signs);
    const key = first !== MASK ? head : last !== MASK ? tail : "";
    const found = this.lexicon.byShape.get(key)?.find((candidate) => fits(signs, Array.from(candidate)));
    return found === undefined ? 0 : (this.lexicon.evasion.get(found) as number);
  }

  private evasion(word: string): number {
    return this.lexicon.evasion.get(word) ?? this.lexicon.spelling.get(word) ?? this.stretched(word, this.lexicon.evasion);
  }

  private stretched(word: string, known: ReadonlyMap<string, number>): number {
    if (!STRETCHED.test(word)) return 0;
    for (const letters of ["$1$1", "$1"]) {
      const shorter = word.replace(ALL_STRETCHED, letters);
      const number = known.get(shorter) ?? this.lexicon.spelling.get(shorter);
      if (number && shorter.length > 1) return number;
    }
    return this.lexicon.squeezed.get(squeeze(word)) ?? 0;
  }
}

/** A sign read as its first, and as its last, letter. */
export function asFirst(sign: string): string {
  return LEET[sign]?.[0] ?? sign;
}

export function asLast(sign: string): string {
  return LEET[sign]?.at(-1) ?? sign;
}

/** What leet signs may mean, i before l; with many doubtful signs all are read alike. */
function readings(signs: readonly string[]): string[] {
  const doubtful = signs.filter((sign) => (LEET[sign]?.length ?? 1) > 1).length;
  if (doubtful > MAX_DOUBTFUL) return [signs.map(asFirst).join(""), signs.map(asLast).join("")];
  let found = [""];
  for (const sign of signs) {
    const options = LEET[sign] ?? sign;
    const letters = LEET[sign] ? Array.from(options) : [options];
    found = letters.length === 1 ? found.map((start) => start + letters[0]) : found.flatMap((start) => letters.map((letter) => start + letter));
  }
  return found;
}

/** Whether there are letters enough to read the signs among them as letters: 10g is no word, 57ab is. */
function isReadable(letters: number, others: number): boolean {
  return letters >= others || letters + others >= 4;
}

function isLetter(sign: string): boolean {
  return !NOT_LETTERS.includes(sign);
}

function fits(signs: readonly string[], candidate: readonly string[]): boolean {
  return signs.every((sign, i) => sign === MASK || sign === candidate[i]);
}
