/** The states of the walk: sets of nodes that reading has reached, and what follows them, made when first asked for and kept. */

import { END, type Graph, NONE } from "./graph";

const SLOTS = 2 ** 16;
const MOST_STEPS = SLOTS / 2;

/** A state is a node's number, or above those the number of a set of several. */
export class States {
  /** By state: the targets that end there, ascending, once asked for; and the state after a token that no edge names. */
  private readonly ends: (Int32Array | undefined)[];
  private readonly gapped: number[];
  private readonly sets: number[][] = [];
  private readonly known = new Map<string, number>();
  /** [state, word, state after it + 2, unused] by hash; the third is 0 where a slot is free. */
  private readonly slots = new Int32Array(4 * SLOTS);
  private steps = 0;

  constructor(private readonly graph: Graph) {
    this.gapped = Array.from(graph.gap);
    this.ends = new Array<Int32Array | undefined>(graph.count).fill(undefined);
  }

  /** Called before each token, this bounds what is kept: a text of ever new words costs time, not memory. */
  forgetSome(): void {
    if (this.steps < MOST_STEPS) return;
    this.steps = 0;
    this.slots.fill(0);
    this.sets.length = 0;
    this.ends.length = this.graph.count;
    this.gapped.length = this.graph.count;
    this.known.clear();
  }

  endsOf(state: number): Int32Array {
    return (this.ends[state] ??= this.graph.endsOf(state));
  }

  /** The state after one token that no pattern names. */
  afterOther(state: number): number {
    return this.gapped[state] as number;
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
    const { graph } = this;
    const gapped = word === END ? NONE : (this.gapped[state] as number);
    if (state < graph.count) {
      const next = graph.after(state, word);
      return gapped === NONE ? next : next === NONE ? gapped : this.joined([next, gapped]);
    }
    const set = this.sets[state - graph.count] as number[];
    return this.joined([...set.map((node) => graph.after(node, word)), ...this.nodesOf(gapped)]);
  }

  private nodesOf(state: number): number[] {
    return state < this.graph.count ? [state] : (this.sets[state - this.graph.count] as number[]);
  }

  /** The state of being at any of these nodes; NONE among them is passed over. */
  private joined(nodes: readonly number[]): number {
    const set = [...new Set(nodes)].filter((node) => node !== NONE).sort((a, b) => a - b);
    if (set.length < 2) return set[0] ?? NONE;
    const key = set.join();
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const gapped = this.joined(set.map((node) => this.graph.gap[node] as number));
    const ends = new Set(set.flatMap((node) => [...this.graph.endsOf(node)]));
    this.ends.push(Int32Array.from(ends).sort());
    this.gapped.push(gapped);
    const state = this.graph.count + this.sets.push(set) - 1;
    this.known.set(key, state);
    return state;
  }
}

/** Four numbers a slot. */
function hashed(state: number, word: number): number {
  const hash = Math.imul(state, 0x9e3779b1) ^ Math.imul(word, 0x85ebca6b);
  return ((hash ^ (hash >>> 15)) & (SLOTS - 1)) << 2;
}
