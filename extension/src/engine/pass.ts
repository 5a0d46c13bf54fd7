/** The one pass over every code of a view: most chunks are one plain word and never become a string. */

import { ASCII_KINDS, EMOJI, type Folder, MARK, SPACE, type View, WORD } from "./fold";
import { FNV_BASIS, GHOST, type Lexicon, mix, OTHER } from "./lexicon";
import { COMMA, EXCLAMATION, HYPHEN, NINE, PLUS, STAR, STOP } from "./signs";
import type { Tokens } from "./tokens";

const DIGIT = 1;
const LETTER = 2;

export class Pass {
  /** Whether three single signs stand in a row, or a ghost anywhere, and whether two tokens may be a split word. */
  hasSingles = false;
  hasSplit = false;
  private singles = 0;

  constructor(
    private readonly view: View,
    private readonly tokens: Tokens,
    private readonly folder: Folder,
    private readonly lexicon: Lexicon,
    /** Reads a chunk, whose plain words are the tokens from `first`, anew in their place. */
    private readonly slowly: (start: number, end: number, first: number) => void,
  ) {}

  run(): void {
    const { codes, length } = this.view;
    let at = 0;
    while (at < length) {
      const code = codes[at] as number;
      const kind = code < 128 ? (ASCII_KINDS[code] as number) : this.folder.kind(code);
      if (kind === SPACE) at++;
      else if (kind === EMOJI) {
        this.word(at, at + 1, mix(FNV_BASIS, code));
        this.countSingle(this.tokens.length - 1);
        at++;
      } else at = this.chunk(at);
    }
  }

  /** Read from the first sign of a chunk; gives the place after it. */
  private chunk(start: number): number {
    const { codes, length } = this.view;
    const kinds = ASCII_KINDS; // a local is read once, not for every code
    const first = this.tokens.length;
    let isOdd = false; // a sign that reads as a letter, a digit among letters, a stretched letter: read it slowly
    let isSigned = false; // such a sign where plain words don't have one: read even these slowly
    let wordsBefore = -1;
    let at = start;
    while (at < length) {
      const sign = codes[at] as number;
      const kind = sign < 128 ? (kinds[sign] as number) : this.folder.kind(sign);
      if (kind === MARK) {
        if (sign !== COMMA && sign !== STOP && sign !== HYPHEN) {
          isOdd = true;
          if (sign !== EXCLAMATION && sign !== PLUS && sign !== STAR) isSigned = true;
          else if (wordsBefore < 0) wordsBefore = this.tokens.length - first;
        }
        at++;
        continue;
      }
      if (kind !== WORD) break;
      const from = at;
      let hash = FNV_BASIS;
      let mixed = 0;
      let last = -1;
      do {
        const code = codes[at] as number;
        if (code < 128 ? kinds[code] !== WORD : this.folder.kind(code) !== WORD) break;
        hash = mix(hash, code);
        mixed |= code <= NINE ? DIGIT : LETTER;
        if (code === last && code > NINE && at - from > 1 && codes[at - 2] === code) isOdd = true;
        last = code;
      } while (++at < length);
      if (mixed === (DIGIT | LETTER)) isOdd = true;
      this.word(from, at, hash);
    }
    if (wordsBefore > 0 && this.tokens.length - first > wordsBefore) isSigned = true;
    this.settle(first, start, at, isOdd, isSigned);
    return at;
  }

  /** Keep the chunk's plain words, or take them back and read it slowly. */
  private settle(first: number, start: number, end: number, isOdd: boolean, isSigned: boolean): void {
    const { tokens } = this;
    const count = tokens.length - first;
    if (count === 1 && !isOdd) return this.settleWord(first);
    let isKnown = count > 0 && !isSigned;
    for (let i = first; i < tokens.length; i++) {
      const size = (tokens.ends[i] as number) - (tokens.starts[i] as number);
      if (tokens.words[i] === OTHER || (size === 1 && end - start > 1)) isKnown = false;
    }
    if (!isKnown && (count > 1 || isOdd)) {
      this.slowly(start, end, first);
      for (let i = first; i < tokens.length; i++) this.noteSplit(i);
    }
    for (let i = first; i < tokens.length; i++) this.countSingle(i);
  }

  /** Most chunks by far: one word, of letters alone. It may be misspelt. */
  private settleWord(at: number): void {
    const { tokens } = this;
    const number = tokens.words[at] === OTHER ? (this.lexicon.repaired[tokens.entries[at] as number] as number) : 0;
    if (number) tokens.mend(at, number, tokens.ends[at] as number);
    this.countSingle(at);
  }

  private countSingle(at: number): void {
    const { starts, ends, words } = this.tokens;
    this.singles = (ends[at] as number) - (starts[at] as number) === 1 ? this.singles + 1 : 0;
    if (this.singles >= 3 || words[at] === GHOST) this.hasSingles = true;
  }

  private word(start: number, end: number, hash: number): void {
    const entry = this.lexicon.entry(this.view.codes, start, end, hash);
    this.tokens.push(this.lexicon.numbers[entry] as number, start, end, false, entry);
    if (entry !== 0) this.noteSplit(this.tokens.length - 1);
  }

  private noteSplit(at: number): void {
    const { entries, words } = this.tokens;
    if (at === 0 || this.hasSplit || !this.lexicon.isTail(entries[at] as number)) return;
    this.hasSplit = this.lexicon.isHead(entries[at - 1] as number) && !(words[at] && words[at - 1]);
  }
}
