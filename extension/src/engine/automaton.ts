/** Walks the automaton of all patterns from each token. The twin of automaton.py. */

import { END, Graph, NONE, START } from "./graph";
import { OTHER } from "./lexicon";
import { States } from "./states";
import type { AutomatonContent } from "./types";

/** Matches by target: spans are [start, end, start, end, …] in token places, by start, then end, each once. */
export type Spans = Map<number, number[]>;

/** The matches of one text, as the walk met them; by target only when somebody wants to know. */
export class Matches {
  /** What ended, and [start, end, …] where; by start, then end. */
  private readonly ends: Int32Array[] = [];
  private readonly places: number[] = [];

  note(ends: Int32Array, start: number, end: number): void {
    this.ends.push(ends);
    this.places.push(start, end);
  }

  /** Whether a target below this one was met. */
  hasBelow(target: number): boolean {
    return this.ends.some((ends) => (ends[0] as number) < target);
  }

  spans(): Spans {
    const spans: Spans = new Map();
    this.ends.forEach((ends, i) => {
      const [start, end] = [this.places[2 * i] as number, this.places[2 * i + 1] as number];
      for (const target of ends) {
        const found = spans.get(target);
        if (!found) spans.set(target, [start, end]);
        else if (found[found.length - 2] !== start || found[found.length - 1] !== end) found.push(start, end);
      }
    });
    return spans;
  }
}

export class Automaton {
  private readonly states: States;
  /** By word: the state after it from the root, or NONE. */
  private readonly fromRoot: Int32Array;

  constructor(columns: AutomatonContent, words: number) {
    const graph = new Graph(columns);
    this.states = new States(graph);
    this.fromRoot = new Int32Array(words).fill(NONE);
    for (const word of graph.wordsOf(graph.root)) this.fromRoot[word] = graph.after(graph.root, word);
  }

  /** Every match in the tokens' word numbers. Linear: from each token at most as far as the longest pattern. */
  walk(words: Int32Array, count: number): Matches {
    const padded = new Int32Array(count + 1);
    padded.set(words.subarray(0, count));
    padded[count] = END;
    const matches = new Matches();
    this.follow(this.fromRoot[START] as number, 0, 0, padded, matches);
    for (let start = 0; start <= count; start++) {
      const state = this.fromRoot[padded[start] as number] as number;
      if (state !== NONE) this.follow(state, start, start + 1, padded, matches);
    }
    return matches;
  }

  /** Note all matches whose first token led to a state and that go on from `from`; END stands last and is in no span. */
  private follow(first: number, start: number, from: number, padded: Int32Array, matches: Matches): void {
    const { states } = this;
    const last = padded.length - 1;
    let state = first;
    states.forgetSome();
    for (let place = from; state !== NONE; place++) {
      const ends = states.endsOf(state);
      if (ends.length > 0) matches.note(ends, start, place < last ? place : last);
      if (place > last) return;
      const word = padded[place] as number;
      state = word === OTHER ? states.afterOther(state) : states.after(state, word);
    }
  }
}
