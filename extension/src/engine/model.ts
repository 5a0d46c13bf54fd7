/** The small model that the bundle carries: 8-bit weights, integer logits. The twin of model.py. */

import type { Words } from "./model-features";
import type { ModelContent, ModelHeader } from "./types";

const COUNT_SHIFT = 1024;
const FIRST_SIGN = 0x30;

export class Model {
  readonly header: ModelHeader;
  private readonly concern: Int8Array;
  private readonly themes: Int8Array;
  /** By bucket: the turn in which it was last met. */
  private readonly met: Int32Array;
  private readonly themeMet: Int32Array;
  private turn = 0;
  /** The buckets of what was collected last, each once. */
  private readonly buckets: Int32Array;
  private count = 0;

  constructor(content: ModelContent) {
    this.header = content.header;
    this.concern = weightsOf(content.concern);
    this.themes = weightsOf(content.themes);
    const { concern_bits, theme_bits, themes } = this.header;
    const [concern, theme] = [2 ** concern_bits, 2 ** theme_bits];
    if (this.concern.length !== concern || this.themes.length !== theme * themes.length) throw new Error("the model's weights are not as many as its header says");
    [this.met, this.themeMet, this.buckets] = [new Int32Array(concern), new Int32Array(theme), new Int32Array(concern)];
  }

  /** The logit of concern of the words from `first` to `end`: bias and the weights of their buckets, each once. */
  concernOf(words: Words, first: number, end: number, starts: boolean, ends: boolean): number {
    const { concern, met, buckets } = this;
    const mask = concern.length - 1;
    const turn = this.nextTurn();
    let count = 0;
    let sum = 0;
    words.tell(first, end, starts, ends, (feature) => {
      const bucket = feature & mask;
      if (met[bucket] === turn) return;
      met[bucket] = turn;
      buckets[count++] = bucket;
      sum += concern[bucket] as number;
    });
    this.count = count;
    return this.header.bias + this.shrunk(sum);
  }

  /** A logit a theme, in the header's order, of the words whose concern was asked for last. */
  themeLogits(): number[] {
    const heads = this.header.themes;
    const width = heads.length;
    const mask = this.themeMet.length - 1;
    const turn = this.nextTurn();
    const sums = heads.map(() => 0);
    for (let at = 0; at < this.count; at++) {
      const bucket = (this.buckets[at] as number) & mask;
      if (this.themeMet[bucket] === turn) continue;
      this.themeMet[bucket] = turn;
      for (let theme = 0; theme < width; theme++) sums[theme] = (sums[theme] as number) + (this.themes[bucket * width + theme] as number);
    }
    return heads.map((head, theme) => head.bias + this.shrunk(sums[theme] as number));
  }

  /** What these features add to the concern, each bucket once. */
  weightOf(features: Iterable<number>): number {
    const mask = this.concern.length - 1;
    let sum = 0;
    for (const bucket of new Set(Array.from(features, (feature) => feature & mask))) sum += this.concern[bucket] as number;
    return sum;
  }

  /** Rounded down; below 2^53 by far, so that the division is exact. */
  private shrunk(sum: number): number {
    const { by_count } = this.header;
    if (by_count.length === 0) return sum;
    return Math.floor((sum * (by_count[Math.min(this.count, by_count.length - 1)] as number)) / COUNT_SHIFT);
  }

  private nextTurn(): number {
    if (this.turn === 0x7fffffff) {
      this.met.fill(0);
      this.themeMet.fill(0);
      this.turn = 0;
    }
    return ++this.turn;
  }
}

/** Weights as text, one sign each: 0, -1, 1, -2, … */
function weightsOf(text: string): Int8Array {
  const weights = new Int8Array(text.length);
  for (let at = 0; at < text.length; at++) {
    const place = text.charCodeAt(at) - FIRST_SIGN;
    if (place < 0 || place > 0xff) throw new Error("the model has a weight that is not of 8 bits");
    weights[at] = (place >> 1) ^ -(place & 1);
  }
  return weights;
}
