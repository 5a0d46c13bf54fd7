/** Letters that stand alone, joined where they spell a word. A part of the twin of repair.py. */

import { EMOJI, type Folder, type View } from "./fold";
import { FNV_BASIS, GHOST, type Lexicon, mix } from "./lexicon";
import { asFirst, asLast } from "./signs";
import type { Tokens } from "./tokens";

const LEAST_SPACED = 3;

/** Letters are joined over emoji between them; ghosts go. */
export function joinSpaced(tokens: Tokens, view: View, folder: Folder, lexicon: Lexicon): void {
  const count = tokens.length;
  let kept = 0; // the first that was not yet kept
  tokens.truncate(0);
  for (let place = 0; place < count; ) {
    let end = place;
    while (end < count && tokens.isSingle(end)) end++;
    if (end > place) {
      tokens.keep(kept, place);
      if (end - place < 3) keepPlain(tokens, place, end);
      else spell(tokens, place, end, view, folder, lexicon);
      kept = end;
    }
    place = end + 1;
  }
  tokens.keep(kept, count);
}

/** Of the single tokens of a run, keep what spells nothing, and words in place of the rest. */
function spell(tokens: Tokens, from: number, to: number, view: View, folder: Folder, lexicon: Lexicon): void {
  const places = new Int32Array(to - from);
  const firsts = new Int32Array(to - from);
  const lasts = new Int32Array(to - from);
  let count = 0;
  for (let at = from; at < to; at++) {
    const code = view.codes[tokens.starts[at] as number] as number;
    if (folder.kind(code) === EMOJI) continue;
    places[count] = at;
    firsts[count] = asFirst(code);
    lasts[count++] = asLast(code);
  }
  let passed = from;
  for (const [first, last, number] of wordsIn(firsts, lasts, count, lexicon)) {
    const [start, end] = [places[first] as number, places[last - 1] as number];
    keepPlain(tokens, passed, start);
    tokens.push(number, tokens.starts[start] as number, tokens.ends[end] as number, true, 0);
    passed = end + 1;
  }
  keepPlain(tokens, passed, to);
}

/**
 * [first, last, number] of the words that letters spell: those whose lengths, squared, add to the most. Words of three letters
 * or more, and of two where just two letters are left beside such a word.
 */
function* wordsIn(firsts: Int32Array, lasts: Int32Array, count: number, lexicon: Lexicon): Generator<[number, number, number]> {
  const best = new Float64Array(count + 1);
  const ends = new Int32Array(count);
  const numbers = new Int32Array(count);
  for (let first = count - 1; first >= 0; first--) {
    const without = (best[first] = best[first + 1] as number);
    let [firstHash, lastHash] = [FNV_BASIS, FNV_BASIS];
    const most = Math.min(count, first + lexicon.longestEvasion);
    for (let last = first + 1; last <= most; last++) {
      firstHash = mix(firstHash, firsts[last - 1] as number);
      lastHash = mix(lastHash, lasts[last - 1] as number);
      if (last < first + LEAST_SPACED) continue;
      const worth = (last - first) ** 2 + (best[last] as number);
      if (worth <= without || worth < (best[first] as number)) continue;
      const number =
        (lexicon.numbers[lexicon.entry(firsts, first, last, firstHash)] as number) ||
        (lexicon.numbers[lexicon.entry(lasts, first, last, lastHash)] as number);
      if (number) [best[first], ends[first], numbers[first]] = [worth, last, number];
    }
  }
  let left = 0; // from here on no word was spelled
  for (let place = 0; place <= count; ) {
    const isWord = place < count && (ends[place] as number) > 0;
    if (place - left === 2 && (isWord || (place === count && left > 0))) {
      const number = (lexicon.numbers[lexicon.find(firsts, left, place)] as number) || (lexicon.numbers[lexicon.find(lasts, left, place)] as number);
      if (number) yield [left, place, number];
    }
    if (isWord) {
      yield [place, ends[place] as number, numbers[place] as number];
      left = place = ends[place] as number;
    } else place++;
  }
}

/** Keep tokens but ghosts. */
function keepPlain(tokens: Tokens, from: number, to: number): void {
  let kept = from;
  for (let at = from; at < to; at++) {
    if (tokens.words[at] !== GHOST) continue;
    tokens.keep(kept, at);
    kept = at + 1;
  }
  tokens.keep(kept, to);
}
