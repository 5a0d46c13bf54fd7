/** Letters that stand alone, joined where they spell a word. A part of the twin of repair.py. */

import { EMOJI, type Folder, type View } from "./fold";
import { FNV_BASIS, GHOST, type Lexicon, mix } from "./lexicon";
import { asFirst, asLast } from "./signs";
import type { Tokens } from "./tokens";

const LEAST_EVASION = 3;
const LEAST_WORD = 4;

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
  for (let first = 0; first < count; ) {
    const { number, last } = longestAt(firsts, lasts, first, Math.min(count, first + lexicon.longestEvasion), lexicon);
    if (!number) {
      first++;
      continue;
    }
    const [start, end] = [places[first] as number, places[last - 1] as number];
    keepPlain(tokens, passed, start);
    tokens.push(number, tokens.starts[start] as number, tokens.ends[end] as number, true, 0);
    [first, passed] = [last, end + 1];
  }
  keepPlain(tokens, passed, to);
}

/** The number of the longest evasion word from a place, else of the longest word, and where it ends; 0 when there is none. */
function longestAt(firsts: Int32Array, lasts: Int32Array, first: number, most: number, lexicon: Lexicon): { number: number; last: number } {
  let [firstHash, lastHash] = [FNV_BASIS, FNV_BASIS];
  const evasion = { number: 0, last: first };
  const word = { number: 0, last: first };
  for (let last = first + 1; last <= most; last++) {
    firstHash = mix(firstHash, firsts[last - 1] as number);
    lastHash = mix(lastHash, lasts[last - 1] as number);
    if (last < first + LEAST_EVASION) continue;
    const entries = [lexicon.entry(firsts, first, last, firstHash), lexicon.entry(lasts, first, last, lastHash)] as const;
    const asEvasion = lexicon.evasion(entries[0]) || lexicon.evasion(entries[1]);
    if (asEvasion) [evasion.number, evasion.last] = [asEvasion, last];
    const asWord = last < first + LEAST_WORD ? 0 : (lexicon.numbers[entries[0]] as number) || (lexicon.numbers[entries[1]] as number);
    if (asWord) [word.number, word.last] = [asWord, last];
  }
  return evasion.number ? evasion : word;
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
