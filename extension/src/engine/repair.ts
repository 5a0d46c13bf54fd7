/** Turns a view into tokens with word numbers, repairing what was disguised. The twin of repair.py. */

import { asFirst, asLast, Disguises } from "./disguise";
import { EMOJI, type Folder, type View } from "./fold";
import { FNV_BASIS, GHOST, type Lexicon, mix, OTHER } from "./lexicon";
import { Pass } from "./pass";
import { Tokens } from "./tokens";

const MARKS = " ,.-*@$!|+€";
const DULL = " ,.-";
const SYMBOLS = "@$!|+€";

export class Reader {
  private readonly disguises: Disguises;

  constructor(
    private readonly folder: Folder,
    private readonly lexicon: Lexicon,
  ) {
    this.disguises = new Disguises(lexicon);
  }

  read(view: View): Tokens {
    const pass = new Pass(view, this.folder, this.lexicon, (start, end, into) => this.chunk(view, start, end, into));
    let tokens = pass.run();
    if (pass.hasSingles) tokens = this.joinSpaced(tokens, view);
    return pass.hasSingles || pass.hasSplit ? this.joinSplit(tokens, view) : tokens;
  }

  /** One run without white space, read with every repair. */
  private chunk(view: View, start: number, end: number, into: Tokens): void {
    const signs = signsOf(view, start, end);
    const words = wordsOf(signs);
    if (words.length === 0) {
      if (signs.length === 1 && SYMBOLS.includes(signs[0] as string)) into.push(GHOST, start, start + 1, false, 0);
      return;
    }
    const plain = new Tokens();
    for (const [from, to] of words) {
      const entry = this.entryAt(view, start + from, start + to);
      plain.push(this.lexicon.numbers[entry] as number, start + from, start + to, false, entry);
    }
    if (words.every(([from, to], i) => plain.words[i] !== OTHER && to - from > 1) && !isSigned(signs)) {
      for (let i = 0; i < plain.length; i++) into.copy(plain, i);
      return;
    }
    const isBroken = words.every(([from, to], i) => plain.words[i] === OTHER || to - from === 1);
    if (this.glued(signs, start, words.length, isBroken, into) || this.segments(view, signs, start, into)) return;
    words.forEach(([from, to], i) => {
      const repaired = plain.words[i] ? 0 : this.disguises.resolve(signs.slice(from, to));
      if (repaired) into.push(repaired, start + from, start + to, true, 0);
      else into.copy(plain, i);
    });
  }

  /**
   * The chunk as one word: with edge signs that read as letters, then without, then with an end mark too. An evasion word,
   * or any of the vocabulary where nothing in the chunk is a word as it stands.
   */
  private glued(signs: readonly string[], base: number, words: number, isBroken: boolean, into: Tokens): boolean {
    const tried = new Set<string>();
    if (words === 1) tried.add(stripped(signs, MARKS, MARKS).piece.join(""));
    for (const [left, right] of [[DULL, `${DULL}!`], [MARKS, MARKS], [DULL, DULL]] as const) {
      const { piece, from } = stripped(signs, left, right);
      const word = piece.join("");
      if (!tried.has(word)) {
        const number = this.disguises.piece(piece, isBroken);
        if (number) {
          into.push(number, base + from, base + from + piece.length, true, 0);
          return true;
        }
      }
      tried.add(word);
    }
    return false;
  }

  /** A chunk cut at hard punctuation and runs of dots, each piece read as a chunk; false when there is but one. */
  private segments(view: View, signs: readonly string[], base: number, into: Tokens): boolean {
    const pieces: [number, number][] = [];
    let from = 0;
    for (let at = 0; at <= signs.length; at++) {
      let to = at;
      while (to < signs.length && (signs[to] === "," || signs[to] === ".")) to++;
      const isCut = to - at > 1 || (to - at === 1 && signs[at] === ",");
      if (!isCut && at < signs.length) continue;
      if (signs.slice(from, at).some((sign) => !MARKS.includes(sign))) pieces.push([from, at]);
      from = to;
      at = Math.max(at, to - 1);
    }
    if (pieces.length < 2) return false;
    for (const [start, end] of pieces) this.chunk(view, base + start, base + end, into);
    return true;
  }

  /** Letters that stand alone, joined where they spell a word, over emoji between them; ghosts go. */
  private joinSpaced(tokens: Tokens, view: View): Tokens {
    const joined = new Tokens(tokens.length + 1);
    const isSingle = (at: number) => (tokens.ends[at] as number) - (tokens.starts[at] as number) === 1;
    for (let place = 0; place < tokens.length; ) {
      let end = place + 1;
      if (isSingle(place)) while (end < tokens.length && isSingle(end)) end++;
      if (end - place >= 3) this.spell(tokens, place, end, view, joined);
      else copyPlain(tokens, place, end, joined);
      place = end;
    }
    return joined;
  }

  private spell(tokens: Tokens, from: number, to: number, view: View, joined: Tokens): void {
    const places: number[] = [];
    const signs: string[] = [];
    for (let at = from; at < to; at++) {
      const code = view.codes[tokens.starts[at] as number] as number;
      if (this.folder.kind(code) === EMOJI) continue;
      places.push(at);
      signs.push(String.fromCodePoint(code));
    }
    const readings = [signs.map(asFirst), signs.map(asLast)] as const;
    let passed = from;
    for (let first = 0; first < places.length; ) {
      let { number, last } = this.longestAt(readings, first, this.lexicon.evasion, 3);
      if (!number) ({ number, last } = this.longestAt(readings, first, this.lexicon.vocabulary, 4));
      if (!number) {
        first++;
        continue;
      }
      const [start, end] = [places[first] as number, places[last - 1] as number];
      copyPlain(tokens, passed, start, joined);
      joined.push(number, tokens.starts[start] as number, tokens.ends[end] as number, true, 0);
      [first, passed] = [last, end + 1];
    }
    copyPlain(tokens, passed, to, joined);
  }

  /** The number of the longest known word of `least` letters or more from a place, and where it ends; 0 when there is none. */
  private longestAt(readings: Readings, first: number, known: ReadonlyMap<string, number>, least: number): { number: number; last: number } {
    for (let last = Math.min(readings[0].length, first + this.lexicon.longestEvasion); last >= first + least; last--) {
      const number = known.get(readings[0].slice(first, last).join("")) ?? known.get(readings[1].slice(first, last).join(""));
      if (number) return { number, last };
    }
    return { number: 0, last: first };
  }

  /** Two neighbouring tokens, at least one of them in no pattern, that are an evasion word cut in two. */
  private joinSplit(tokens: Tokens, view: View): Tokens {
    const joined = new Tokens(tokens.length + 1);
    let hasHead = false;
    for (let at = 0; at < tokens.length; at++) {
      const entry = tokens.entries[at] as number;
      const last = joined.length - 1;
      if (hasHead && this.lexicon.isTail(entry) && !(tokens.words[at] && joined.words[last])) {
        const head = signsOf(view, joined.starts[last] as number, joined.ends[last] as number).join("");
        const tail = signsOf(view, tokens.starts[at] as number, tokens.ends[at] as number).join("");
        const number = this.lexicon.splits.get(`${head} ${tail}`);
        if (number) {
          joined.mend(last, number, tokens.ends[at] as number);
          hasHead = false;
          continue;
        }
      }
      joined.copy(tokens, at);
      hasHead = this.lexicon.isHead(entry);
    }
    return joined;
  }

  private entryAt(view: View, start: number, end: number): number {
    let hash = FNV_BASIS;
    for (let at = start; at < end; at++) hash = mix(hash, view.codes[at] as number);
    return this.lexicon.entry(view.codes, start, end, hash);
  }
}

/** Letters read as the first, and as the last, that each sign may be. */
type Readings = readonly [readonly string[], readonly string[]];

/** Copy tokens but ghosts. */
function copyPlain(tokens: Tokens, from: number, to: number, into: Tokens): void {
  for (let at = from; at < to; at++) if (tokens.words[at] !== GHOST) into.copy(tokens, at);
}

/** Whether a sign stands there that reads as a letter and that no sentence puts there. */
function isSigned(signs: readonly string[]): boolean {
  const isWord = (at: number) => at >= 0 && at < signs.length && !MARKS.includes(signs[at] as string);
  return signs.some((sign, at) => "@$|€".includes(sign) || ((sign === "!" || sign === "+") && isWord(at - 1) && isWord(at + 1)));
}

function stripped(signs: readonly string[], left: string, right: string): { piece: readonly string[]; from: number } {
  let from = 0;
  let to = signs.length;
  while (from < to && left.includes(signs[from] as string)) from++;
  while (to > from && right.includes(signs[to - 1] as string)) to--;
  return { piece: signs.slice(from, to), from };
}

function signsOf(view: View, start: number, end: number): string[] {
  const signs: string[] = [];
  for (let at = start; at < end; at++) signs.push(String.fromCodePoint(view.codes[at] as number));
  return signs;
}

/** The half-open spans of the words in a chunk's signs. */
function wordsOf(signs: readonly string[]): [number, number][] {
  const spans: [number, number][] = [];
  let start = -1;
  for (let at = 0; at <= signs.length; at++) {
    const isWord = at < signs.length && !MARKS.includes(signs[at] as string);
    if (isWord && start < 0) start = at;
    if (!isWord && start >= 0) {
      spans.push([start, at]);
      start = -1;
    }
  }
  return spans;
}
