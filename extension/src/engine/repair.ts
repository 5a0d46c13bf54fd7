/** Turns a view into tokens with word numbers, repairing what was disguised. The twin of repair.py. */

import { Disguises } from "./disguise";
import type { Folder, View } from "./fold";
import { GHOST, type Lexicon, OTHER } from "./lexicon";
import { Pass } from "./pass";
import { COMMA, EXCLAMATION, IS_DULL, IS_EXCLAMATION, IS_MARK, isMark, isSymbol, PLUS, STOP, traitsOf } from "./signs";
import { joinSpaced } from "./spaced";
import { Tokens } from "./tokens";

export class Reader {
  private readonly disguises: Disguises;
  /** The plain words of the chunk that is being read slowly. */
  private readonly plain = new Tokens();

  constructor(
    private readonly folder: Folder,
    private readonly lexicon: Lexicon,
  ) {
    this.disguises = new Disguises(lexicon);
  }

  /** Read a view, into tokens that are no longer needed where there are some. */
  read(view: View, tokens = new Tokens()): Tokens {
    tokens.truncate(0);
    const pass = new Pass(view, tokens, this.folder, this.lexicon, (start, end, first) => this.slowly(view.codes, start, end, first, tokens));
    pass.run();
    if (pass.hasSingles) joinSpaced(tokens, view, this.folder, this.lexicon);
    if (pass.hasSingles || pass.hasSplit) this.joinSplit(tokens);
    return tokens;
  }

  /** One run without white space, whose plain words are the tokens from `first`, read with every repair in their place. */
  private slowly(codes: Int32Array, start: number, end: number, first: number, tokens: Tokens): void {
    this.plain.truncate(0);
    for (let at = first; at < tokens.length; at++) this.plain.copy(tokens, at);
    tokens.truncate(first);
    this.chunk(codes, start, end, 0, this.plain.length, tokens);
  }

  /** `codes[start..end)`, whose plain words are from `first` to `last`. */
  private chunk(codes: Int32Array, start: number, end: number, first: number, last: number, into: Tokens): void {
    if (first === last) {
      if (end - start === 1 && isSymbol(codes[start] as number)) into.push(GHOST, start, end, false, 0);
      return;
    }
    const { plain } = this;
    let isKnown = true;
    let isBroken = true;
    for (let at = first; at < last; at++) {
      if (plain.words[at] === OTHER || plain.isSingle(at)) isKnown = false;
      if (plain.words[at] !== OTHER && (plain.ends[at] as number) - (plain.starts[at] as number) > 2) isBroken = false;
    }
    const isBare = last - first === 1 && plain.starts[first] === start && plain.ends[first] === end; // nothing to glue or cut
    const isPlain = isKnown && !isSigned(codes, start, end);
    if (!isPlain && !isBare) {
      if (this.glued(codes, start, end, last - first, isBroken, into)) return;
      if (last - first > 1 && this.segments(codes, start, end, first, last, into)) return;
    }
    for (let at = first; at < last; at++) {
      const [from, to] = [plain.starts[at] as number, plain.ends[at] as number];
      const repaired = isPlain || plain.words[at] ? 0 : this.disguises.resolve(codes, from, to, plain.entries[at] as number);
      if (repaired) into.push(repaired, from, to, true, 0);
      else into.copy(plain, at);
    }
  }

  /**
   * The chunk as one word: with edge signs that read as letters, then without, then with an end mark too. An evasion word,
   * or any of the vocabulary where nothing in the chunk is a word as it stands.
   */
  private glued(codes: Int32Array, start: number, end: number, words: number, isBroken: boolean, into: Tokens): boolean {
    const from = skipped(codes, start, end, IS_DULL);
    const to = skippedBack(codes, from, end, IS_DULL);
    const softTo = skippedBack(codes, from, to, IS_DULL | IS_EXCLAMATION);
    const bareFrom = skipped(codes, from, end, IS_MARK);
    const bareTo = skippedBack(codes, bareFrom, to, IS_MARK);
    const isBare = from === bareFrom && softTo === bareTo;
    if (!(isBare && words === 1) && this.piece(codes, from, softTo, isBroken, into)) return true;
    if (!isBare && words > 1 && this.piece(codes, bareFrom, bareTo, isBroken, into)) return true;
    return to !== softTo && this.piece(codes, from, to, isBroken, into);
  }

  private piece(codes: Int32Array, start: number, end: number, isBroken: boolean, into: Tokens): boolean {
    const number = this.disguises.piece(codes, start, end, isBroken);
    if (number) into.push(number, start, end, true, 0);
    return number !== 0;
  }

  /** A chunk cut at hard punctuation and runs of dots, each piece read as a chunk; false when there is but one. */
  private segments(codes: Int32Array, start: number, end: number, first: number, last: number, into: Tokens): boolean {
    const pieces: number[] = []; // [start, end, first, last, …]
    let from = start;
    let word = first;
    for (let at = start; at <= end; at++) {
      let to = at;
      while (to < end && (codes[to] === COMMA || codes[to] === STOP)) to++;
      const isCut = to - at > 1 || (to - at === 1 && codes[at] === COMMA);
      if (!isCut && at < end) continue;
      const before = word;
      while (word < last && (this.plain.starts[word] as number) < at) word++;
      if (word > before) pieces.push(from, at, before, word);
      from = to;
      at = Math.max(at, to - 1);
    }
    if (pieces.length <= 4) return false;
    for (let i = 0; i < pieces.length; i += 4) {
      this.chunk(codes, pieces[i] as number, pieces[i + 1] as number, pieces[i + 2] as number, pieces[i + 3] as number, into);
    }
    return true;
  }

  /** Two neighbouring tokens, at least one of them in no pattern, that are an evasion word cut in two. */
  private joinSplit(tokens: Tokens): void {
    const { lexicon } = this;
    const count = tokens.length;
    let kept = 0; // the first that was not yet kept
    tokens.truncate(0);
    for (let at = 1; at < count; at++) {
      const entry = tokens.entries[at] as number;
      if (at === kept || !lexicon.isTail(entry) || !lexicon.isHead(tokens.entries[at - 1] as number)) continue;
      const number = tokens.words[at] && tokens.words[at - 1] ? 0 : lexicon.split(tokens.entries[at - 1] as number, entry);
      if (!number) continue;
      tokens.keep(kept, at);
      tokens.mend(tokens.length - 1, number, tokens.ends[at] as number);
      kept = at + 1;
    }
    tokens.keep(kept, count);
  }
}

/** Whether a sign stands there that reads as a letter and that no sentence puts there. */
function isSigned(codes: Int32Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const code = codes[at] as number;
    if (!isSymbol(code)) continue;
    if (code !== EXCLAMATION && code !== PLUS) return true;
    if (at > start && at + 1 < end && !isMark(codes[at - 1] as number) && !isMark(codes[at + 1] as number)) return true;
  }
  return false;
}

function skipped(codes: Int32Array, start: number, end: number, traits: number): number {
  let at = start;
  while (at < end && (traitsOf(codes[at] as number) & traits) !== 0) at++;
  return at;
}

function skippedBack(codes: Int32Array, start: number, end: number, traits: number): number {
  let at = end;
  while (at > start && (traitsOf(codes[at - 1] as number) & traits) !== 0) at--;
  return at;
}
