/** The automaton of all patterns, in typed arrays. The twin of automaton.py. */

import type { AutomatonContent } from "./types";

export const START = 1;
export const END = 2;
const GAP = -1;

/** Collects matches by target: spans are [start, end, start, end, …] in token places, by start, then end, each once. */
export type Spans = Map<number, number[]>;

export class Automaton {
  /** Of node n: edges are at firstEdge[n]..firstEdge[n + 1], sorted by word; ends likewise. gap[n] is a node or -1. */
  private firstEdge = new Int32Array();
  private firstEnd = new Int32Array();
  private gap = new Int32Array();
  private edgeWord = new Int32Array();
  private edgeNode = new Int32Array();
  private endTarget = new Int32Array();
  /** By word: the node after it from the root, or -1. */
  private readonly fromRoot: Int32Array;

  constructor(columns: AutomatonContent, words: number) {
    this.read(columns);
    const root = this.gap.length - 1;
    this.fromRoot = new Int32Array(words).fill(-1);
    for (let edge = this.firstEdge[root] as number; edge < (this.firstEdge[root + 1] as number); edge++) {
      this.fromRoot[this.edgeWord[edge] as number] = this.edgeNode[edge] as number;
    }
  }

  /** Every match in the tokens' word numbers. Linear: from each token at most as far as the longest pattern. */
  walk(words: Int32Array, count: number): Spans {
    const spans: Spans = new Map();
    for (let start = -1; start <= count; start++) {
      const node = this.fromRoot[wordAt(words, count, start)] as number;
      if (node >= 0) this.follow(node, words, count, start, spans);
    }
    return spans;
  }

  /** Note all matches whose first token led to `node`. Most end soon, and without a gap there is but one state. */
  private follow(node: number, words: Int32Array, count: number, start: number, spans: Spans): void {
    let state = node;
    for (let place = start + 1; ; place++) {
      if ((this.gap[state] as number) >= 0) return this.followAll(state, words, count, start, place, spans);
      this.note(state, Math.max(start, 0), Math.min(place, count), spans);
      if (place > count) return;
      state = this.after(state, wordAt(words, count, place));
      if (state < 0) return;
    }
  }

  private followAll(state: number, words: Int32Array, count: number, start: number, from: number, spans: Spans): void {
    let states = [state];
    for (let place = from; states.length > 0; place++) {
      for (const each of states) this.note(each, Math.max(start, 0), Math.min(place, count), spans);
      if (place > count) return;
      const word = wordAt(words, count, place);
      const following: number[] = [];
      for (const each of states) {
        const next = this.after(each, word);
        if (next >= 0) following.push(next);
        const gap = this.gap[each] as number;
        if (gap >= 0 && word !== END) following.push(gap);
      }
      states = following;
    }
  }

  private note(state: number, start: number, end: number, spans: Spans): void {
    for (let i = this.firstEnd[state] as number; i < (this.firstEnd[state + 1] as number); i++) {
      const target = this.endTarget[i] as number;
      const found = spans.get(target);
      if (!found) spans.set(target, [start, end]);
      else if (found[found.length - 2] !== start || found[found.length - 1] !== end) found.push(start, end);
    }
  }

  private after(node: number, word: number): number {
    let low = this.firstEdge[node] as number;
    let high = this.firstEdge[node + 1] as number;
    const last = high;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.edgeWord[middle] as number) < word) low = middle + 1;
      else high = middle;
    }
    return low < last && this.edgeWord[low] === word ? (this.edgeNode[low] as number) : -1;
  }

  /** The layout is told in automaton.py, `Builder.columns`. */
  private read(columns: AutomatonContent): void {
    const lists = groups(columns.lists, GAP);
    const count = columns.children.length;
    const edgeWord: number[] = [];
    const edgeNode: number[] = [];
    this.firstEdge = new Int32Array(count + 1);
    this.gap = new Int32Array(count).fill(-1);
    let link = 0;
    for (let node = 0; node < count; node++) {
      for (let left = columns.children[node] as number; left > 0; left--, link++) {
        const child = node - (columns.steps[link] as number);
        for (const word of lists[columns.words[link] as number] as number[]) {
          if (word === GAP) this.gap[node] = child;
          else {
            edgeWord.push(word);
            edgeNode.push(child);
          }
        }
      }
      this.firstEdge[node + 1] = edgeWord.length;
    }
    this.edgeWord = Int32Array.from(edgeWord);
    this.edgeNode = Int32Array.from(edgeNode);
    for (let node = 0; node < count; node++) this.sortEdges(this.firstEdge[node] as number, this.firstEdge[node + 1] as number);
    const ends = groups(columns.ends, 0);
    this.firstEnd = Int32Array.from([0, ...runningCounts(ends)]);
    this.endTarget = Int32Array.from(ends.flat());
  }

  /** Edges come child by child; looking one up wants them by word. Few nodes have more than one child. */
  private sortEdges(from: number, to: number): void {
    let isSorted = true;
    for (let edge = from + 1; edge < to && isSorted; edge++) isSorted = (this.edgeWord[edge - 1] as number) < (this.edgeWord[edge] as number);
    if (isSorted) return;
    const pairs = new Float64Array(to - from); // word and node in one number: sorts without a comparison function
    for (let edge = from; edge < to; edge++) pairs[edge - from] = (this.edgeWord[edge] as number) * PAIR + (this.edgeNode[edge] as number);
    pairs.sort();
    pairs.forEach((pair, i) => {
      this.edgeWord[from + i] = Math.floor(pair / PAIR);
      this.edgeNode[from + i] = pair % PAIR;
    });
  }
}

const PAIR = 2 ** 24;

/** Lists that each were written as their count and then as differences from `start`. */
function groups(numbers: readonly number[], start: number): number[][] {
  const found: number[][] = [];
  for (let at = 0; at < numbers.length; ) {
    const group: number[] = [];
    let last = start;
    for (let left = numbers[at++] as number; left > 0; left--) group.push((last += numbers[at++] as number));
    found.push(group);
  }
  return found;
}

function runningCounts(groups: readonly number[][]): number[] {
  let total = 0;
  return groups.map((group) => (total += group.length));
}

function wordAt(words: Int32Array, count: number, place: number): number {
  if (place < 0) return START;
  return place < count ? (words[place] as number) : END;
}
