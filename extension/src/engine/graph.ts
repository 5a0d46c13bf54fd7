/** The automaton of all patterns as the bundle carries it: nodes, spread out when first reached. */

import type { AutomatonContent } from "./types";

const GAP = -1;
const PAIR = 2 ** 24;
/** No node, no state. */
export const NONE = -1;
export const START = 1;
export const END = 2;

/** Most nodes are never reached by any text, so what the columns say of one's edges is spread out only when it is. */
export class Graph {
  readonly count: number;
  readonly root: number;
  /** By node: the node after any one token, or -1. */
  readonly gap: Int32Array;
  /** Of node n the links firstLink[n]..firstLink[n + 1]: how far back the child stands, and its list of words. */
  private readonly firstLink: Int32Array;
  private readonly steps: Int32Array;
  private readonly listOf: Int32Array;
  private readonly lists: Groups;
  private readonly ends: Groups;
  /** Of a node that was reached the edges firstEdge[n]..lastEdge[n], by word ascending; before that, firstEdge[n] is -1. */
  private readonly firstEdge: Int32Array;
  private readonly lastEdge: Int32Array;
  private edgeWord = new Int32Array(2 ** 14);
  private edgeNode = new Int32Array(2 ** 14);
  private edges = 0;

  /** The layout is told in automaton.py, `Builder.columns`. */
  constructor(columns: AutomatonContent) {
    this.count = columns.children.length;
    this.root = this.count - 1;
    this.steps = Int32Array.from(columns.steps);
    this.listOf = Int32Array.from(columns.words);
    this.lists = new Groups(columns.lists, GAP);
    this.ends = new Groups(columns.ends, 0);
    this.firstEdge = new Int32Array(this.count).fill(NONE);
    this.lastEdge = new Int32Array(this.count);
    this.firstLink = new Int32Array(this.count + 1);
    this.gap = new Int32Array(this.count).fill(NONE);
    for (let node = 0, link = 0; node < this.count; node++) {
      for (let left = columns.children[node] as number; left > 0; left--, link++) {
        if (this.lists.first(this.listOf[link] as number) === GAP) this.gap[node] = node - (this.steps[link] as number);
      }
      this.firstLink[node + 1] = link;
    }
  }

  /** The targets whose patterns end at a node, ascending. */
  endsOf(node: number): Int32Array {
    return this.ends.of(node);
  }

  after(node: number, word: number): number {
    if (this.firstEdge[node] === NONE) this.open(node);
    let low = this.firstEdge[node] as number;
    let high = this.lastEdge[node] as number;
    const last = high;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.edgeWord[middle] as number) < word) low = middle + 1;
      else high = middle;
    }
    return low < last && this.edgeWord[low] === word ? (this.edgeNode[low] as number) : NONE;
  }

  /** The words of a node's edges, ascending. */
  wordsOf(node: number): Int32Array {
    if (this.firstEdge[node] === NONE) this.open(node);
    return this.edgeWord.subarray(this.firstEdge[node], this.lastEdge[node]);
  }

  private open(node: number): void {
    const from = this.firstLink[node] as number;
    const to = this.firstLink[node + 1] as number;
    const pairs: number[] = []; // word and node in one number: sorts without a comparison function
    this.firstEdge[node] = this.edges;
    for (let link = from; link < to; link++) {
      const child = node - (this.steps[link] as number);
      for (const word of this.lists.of(this.listOf[link] as number)) {
        if (word === GAP) continue;
        if (to - from > 1) pairs.push(word * PAIR + child);
        else this.addEdge(word, child);
      }
    }
    if (pairs.length > 0) for (const pair of Float64Array.from(pairs).sort()) this.addEdge(Math.floor(pair / PAIR), pair % PAIR);
    this.lastEdge[node] = this.edges;
  }

  private addEdge(word: number, node: number): void {
    if (this.edges === this.edgeWord.length) {
      this.edgeWord = doubled(this.edgeWord);
      this.edgeNode = doubled(this.edgeNode);
    }
    this.edgeWord[this.edges] = word;
    this.edgeNode[this.edges++] = node;
  }
}

/** Lists that each were written as their count and then as differences from `start`. */
class Groups {
  private readonly starts: number[] = [0];
  private readonly numbers: Int32Array;

  constructor(written: readonly number[], start: number) {
    this.numbers = new Int32Array(written.length);
    let end = 0;
    for (let at = 0; at < written.length; ) {
      let last = start;
      for (let left = written[at++] as number; left > 0; left--) this.numbers[end++] = last += written[at++] as number;
      this.starts.push(end);
    }
  }

  of(place: number): Int32Array {
    return this.numbers.subarray(this.starts[place], this.starts[place + 1]);
  }

  /** The first of a list that is not empty. */
  first(place: number): number {
    return this.numbers[this.starts[place] as number] as number;
  }
}

function doubled(numbers: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * numbers.length);
  larger.set(numbers);
  return larger;
}
