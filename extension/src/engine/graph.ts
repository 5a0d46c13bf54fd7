/** The automaton of all patterns as the bundle carries it: nodes, opened up when first reached. */

import type { AutomatonContent } from "./types";

const GAP = -1;
const PAIR = 2 ** 24;

/** One node's edges, by word ascending, and the node after any one token, or -1. */
interface Edges {
  words: Int32Array;
  nodes: Int32Array;
  gap: number;
}

const NO_EDGES: Edges = { words: new Int32Array(0), nodes: new Int32Array(0), gap: -1 };

/** Most nodes are never reached by any text, so what the columns say of one is spread out only when it is. */
export class Graph {
  readonly root: number;
  private readonly opened: (Edges | undefined)[];
  /** Of node n the links firstLink[n]..firstLink[n + 1]: how far back the child stands, and its list of words. */
  private readonly firstLink: Int32Array;
  private readonly steps: Int32Array;
  private readonly linkList: Int32Array;
  private readonly lists: Groups;
  private readonly ends: Groups;

  /** The layout is told in automaton.py, `Builder.columns`. */
  constructor(columns: AutomatonContent) {
    const count = columns.children.length;
    this.root = count - 1;
    this.opened = new Array<Edges | undefined>(count).fill(undefined);
    this.firstLink = new Int32Array(count + 1);
    columns.children.forEach((children, node) => (this.firstLink[node + 1] = (this.firstLink[node] as number) + children));
    this.steps = Int32Array.from(columns.steps);
    this.linkList = Int32Array.from(columns.words);
    this.lists = new Groups(columns.lists, GAP);
    this.ends = new Groups(columns.ends, 0);
  }

  /** The targets whose patterns end at a node. */
  endsOf(node: number): Int32Array {
    return this.ends.of(node);
  }

  gapOf(node: number): number {
    return this.edgesOf(node).gap;
  }

  after(node: number, word: number): number {
    const { words, nodes } = this.edgesOf(node);
    let low = 0;
    let high = words.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((words[middle] as number) < word) low = middle + 1;
      else high = middle;
    }
    return words[low] === word ? (nodes[low] as number) : -1;
  }

  edgesOf(node: number): Edges {
    return (this.opened[node] ??= this.open(node));
  }

  private open(node: number): Edges {
    if (this.firstLink[node] === this.firstLink[node + 1]) return NO_EDGES;
    const pairs: number[] = []; // word and node in one number: sorts without a comparison function
    let gap = -1;
    for (let link = this.firstLink[node] as number; link < (this.firstLink[node + 1] as number); link++) {
      const child = node - (this.steps[link] as number);
      for (const word of this.lists.of(this.linkList[link] as number)) {
        if (word === GAP) gap = child;
        else pairs.push(word * PAIR + child);
      }
    }
    const sorted = Float64Array.from(pairs).sort();
    return { words: Int32Array.from(sorted, (pair) => Math.floor(pair / PAIR)), nodes: Int32Array.from(sorted, (pair) => pair % PAIR), gap };
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
}
