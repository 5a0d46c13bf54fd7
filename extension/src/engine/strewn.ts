/** Emoji strewn between words: patterns are met over them too. The twin of strewn.py. */

import type { Automaton, Spans } from "./automaton";
import type { Tokens } from "./tokens";

const MOST_IN_A_ROW = 3;
/** So many times the longest pattern a match over emoji may be. */
export const REACH = 1 + MOST_IN_A_ROW;

/** Every match, and those over short runs of emoji, by `isEmoji` of word numbers. Two walks at most; null where nothing below `least` is met. */
export function spansOver(automaton: Automaton, tokens: Tokens, isEmoji: Uint8Array, least: number): Spans | null {
  const matches = automaton.walk(tokens.words, tokens.length);
  const kept = keptPlaces(tokens, isEmoji);
  if (!kept) return matches.hasBelow(least) ? matches.spans() : null;
  const over = automaton.walk(
    kept.map((place) => tokens.words[place] as number),
    kept.length,
  );
  return matches.hasBelow(least) || over.hasBelow(least) ? merged(matches.spans(), over.spans(), kept) : null;
}

/** The places of what stays when short runs of emoji are passed over; null where none stands in the text. */
function keptPlaces(tokens: Tokens, isEmoji: Uint8Array): Int32Array | null {
  const { words, length } = tokens;
  let first = 0;
  while (first < length && !isEmoji[words[first] as number]) first++;
  if (first === length) return null;
  const kept = new Int32Array(length);
  let size = 0;
  for (let at = 0; at < length; ) {
    let to = at;
    while (to < length && isEmoji[words[to] as number]) to++;
    if (to - at > MOST_IN_A_ROW) while (at < to) kept[size++] = at++;
    at = to;
    if (at < length) kept[size++] = at++;
  }
  return kept.slice(0, size);
}

/** The spans of both walks by target, those of the second at the places that were kept; by start, then end, each once. */
function merged(spans: Spans, over: Spans, kept: Int32Array): Spans {
  for (const [target, found] of over) {
    const known = spans.get(target) ?? [];
    const pairs = new Map<string, [number, number]>();
    for (let i = 0; i < known.length; i += 2) pairs.set(`${known[i]} ${known[i + 1]}`, [known[i] as number, known[i + 1] as number]);
    for (let i = 0; i < found.length; i += 2) {
      const [start, end] = [found[i] as number, found[i + 1] as number];
      if (end <= start) continue;
      const pair: [number, number] = [kept[start] as number, (kept[end - 1] as number) + 1];
      pairs.set(pair.join(" "), pair);
    }
    if (pairs.size > 0) spans.set(target, [...pairs.values()].sort((a, b) => a[0] - b[0] || a[1] - b[1]).flat());
  }
  return spans;
}
