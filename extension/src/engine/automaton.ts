/** The automaton of all patterns, in typed arrays. The twin of automaton.py. */

export const START = 1;
export const END = 2;
const GAP = -1;

/** Collects matches by target: spans are [start, end, start, end, …] in token places, by start, then end, each once. */
export type Spans = Map<number, number[]>;

export class Automaton {
  private readonly root: number;
  /** Of node n: edges are at firstEdge[n]..firstEdge[n + 1], sorted by word; so are ends. gap[n] is a node or -1. */
  private readonly firstEdge: Int32Array;
  private readonly firstEnd: Int32Array;
  private readonly gap: Int32Array;
  private readonly edgeWord: Int32Array;
  private readonly edgeNode: Int32Array;
  private readonly endTarget: Int32Array;
  /** By word: the node after it from the root, or -1. */
  private readonly fromRoot: Int32Array;

  constructor(flat: readonly number[], words: number) {
    const count = flat[0] as number;
    this.firstEdge = new Int32Array(count + 1);
    this.firstEnd = new Int32Array(count + 1);
    this.gap = new Int32Array(count).fill(-1);
    this.edgeWord = new Int32Array(flat.length);
    this.edgeNode = new Int32Array(flat.length);
    this.endTarget = new Int32Array(flat.length);
    this.read(flat, count);
    this.root = count - 1;
    this.fromRoot = new Int32Array(words).fill(-1);
    for (let edge = this.firstEdge[this.root] as number; edge < (this.firstEdge[count] as number); edge++) {
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

  private read(flat: readonly number[], count: number): void {
    let at = 1;
    let edges = 0;
    let ends = 0;
    for (let node = 0; node < count; node++) {
      let target = 0;
      for (let left = flat[at++] as number; left > 0; left--) this.endTarget[ends++] = target += flat[at++] as number;
      const first = edges;
      for (let children = flat[at++] as number; children > 0; children--) {
        const child = node - (flat[at++] as number);
        let word = GAP;
        for (let left = flat[at++] as number; left > 0; left--) {
          word += flat[at++] as number;
          if (word === GAP) this.gap[node] = child;
          else {
            this.edgeWord[edges] = word;
            this.edgeNode[edges++] = child;
          }
        }
      }
      this.sortEdges(first, edges);
      this.firstEnd[node + 1] = ends;
      this.firstEdge[node + 1] = edges;
    }
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

function wordAt(words: Int32Array, count: number, place: number): number {
  if (place < 0) return START;
  return place < count ? (words[place] as number) : END;
}
