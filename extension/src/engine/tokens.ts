/** Tokens in typed arrays, side by side: word number, half-open span in the view, repaired or not, lexicon entry. */

export class Tokens {
  length = 0;
  words: Int32Array;
  starts: Int32Array;
  ends: Int32Array;
  entries: Int32Array;
  repaired: Uint8Array;

  constructor(private capacity = 16) {
    this.words = new Int32Array(capacity);
    this.starts = new Int32Array(capacity);
    this.ends = new Int32Array(capacity);
    this.entries = new Int32Array(capacity);
    this.repaired = new Uint8Array(capacity);
  }

  push(word: number, start: number, end: number, repaired: boolean, entry: number): void {
    if (this.length === this.capacity) this.grow();
    const at = this.length++;
    this.words[at] = word;
    this.starts[at] = start;
    this.ends[at] = end;
    this.entries[at] = entry;
    this.repaired[at] = repaired ? 1 : 0;
  }

  copy(from: Tokens, at: number): void {
    this.push(from.words[at] as number, from.starts[at] as number, from.ends[at] as number, from.repaired[at] === 1, from.entries[at] as number);
  }

  truncate(length: number): void {
    this.length = length;
  }

  /** After `truncate`, while what stood behind is read on: move these, which stand no further to the front, up to the rest. */
  keep(from: number, to: number): void {
    if (from !== this.length) {
      this.words.copyWithin(this.length, from, to);
      this.starts.copyWithin(this.length, from, to);
      this.ends.copyWithin(this.length, from, to);
      this.entries.copyWithin(this.length, from, to);
      this.repaired.copyWithin(this.length, from, to);
    }
    this.length += to - from;
  }

  isSingle(at: number): boolean {
    return (this.ends[at] as number) - (this.starts[at] as number) === 1;
  }

  /** Let a token be a repaired word that reaches to `end`. */
  mend(at: number, word: number, end: number): void {
    this.words[at] = word;
    this.ends[at] = end;
    this.repaired[at] = 1;
    this.entries[at] = 0;
  }

  private grow(): void {
    this.capacity *= 2;
    const larger = (old: Int32Array) => {
      const made = new Int32Array(this.capacity);
      made.set(old);
      return made;
    };
    [this.words, this.starts, this.ends, this.entries] = [larger(this.words), larger(this.starts), larger(this.ends), larger(this.entries)];
    const repaired = new Uint8Array(this.capacity);
    repaired.set(this.repaired);
    this.repaired = repaired;
  }
}
