/** The states of the walk: sets of nodes that reading has reached, and what follows them, made when first asked for and kept. */

import type { Graph } from "./graph";

const END = 2;
export const NONE = -1;
const UNMADE = -2;
const SLOTS = 2 ** 16;
const MOST_STEPS = SLOTS / 2;

/** Asked `isFull` before each token, it stays bounded: a text of ever new words then costs time, not memory. */
export class States {
  /** By word: the state after it from the root, NONE, or UNMADE. */
  readonly fromRoot: Int32Array;
  /** By state: the targets that end there, ascending, if any; and the state after a token that no edge names, or NONE. */
  readonly ends: (Int32Array | undefined)[] = [];
  readonly gapped: number[] = [];
  private readonly nodes: number[][] = [];
  private readonly ofNode = new Map<number, number>();
  /** [state, word, state after it + 2, unused] by hash; the third is 0 where a slot is free. */
  private readonly slots = new Int32Array(4 * SLOTS);
  private steps = 0;

  constructor(private readonly graph: Graph, words: number) {
    this.fromRoot = new Int32Array(words).fill(NONE);
    for (const word of graph.edgesOf(graph.root).words) this.fromRoot[word] = UNMADE;
  }

  isFull(): boolean {
    return this.steps > MOST_STEPS;
  }

  first(word: number): number {
    const known = this.fromRoot[word] as number;
    return known === UNMADE ? (this.fromRoot[word] = this.make([this.graph.after(this.graph.root, word)])) : known;
  }

  /** The state after one more token; NONE where nothing goes on. A gap stands for any token but END. */
  after(state: number, word: number): number {
    const { slots } = this;
    let slot = hashed(state, word);
    for (; slots[slot + 2] !== 0; slot = (slot + 4) & (4 * SLOTS - 1)) {
      if (slots[slot] === state && slots[slot + 1] === word) return (slots[slot + 2] as number) - 2;
    }
    const next = this.reached(state, word);
    slots[slot] = state;
    slots[slot + 1] = word;
    slots[slot + 2] = next + 2;
    this.steps++;
    return next;
  }

  private reached(state: number, word: number): number {
    const after: number[] = [];
    const add = (node: number) => {
      if (node !== NONE && !after.includes(node)) after.push(node);
    };
    for (const node of this.nodes[state] as number[]) {
      add(this.graph.after(node, word));
      if (word !== END) add(this.graph.gapOf(node));
    }
    return after.length > 0 ? this.make(after) : NONE;
  }

  private make(nodes: number[]): number {
    const single = nodes.length === 1 ? (nodes[0] as number) : NONE;
    const known = this.ofNode.get(single);
    if (known !== undefined) return known;
    const gaps = [...new Set(nodes.map((node) => this.graph.gapOf(node)))].filter((gap) => gap !== NONE);
    const gapped = gaps.length > 0 ? this.make(gaps) : NONE;
    const ends = [...new Set(nodes.flatMap((node) => [...this.graph.endsOf(node)]))].sort((a, b) => a - b);
    const state = this.nodes.push(nodes) - 1;
    this.ends.push(ends.length > 0 ? Int32Array.from(ends) : undefined);
    this.gapped.push(gapped);
    if (single !== NONE) this.ofNode.set(single, state);
    return state;
  }
}

/** Four numbers a slot. */
function hashed(state: number, word: number): number {
  const hash = Math.imul(state, 0x9e3779b1) ^ Math.imul(word, 0x85ebca6b);
  return ((hash ^ (hash >>> 15)) & (SLOTS - 1)) << 2;
}
