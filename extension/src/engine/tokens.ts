/** Tokens in plain arrays, side by side: word number, half-open span in the view, repaired or not, lexicon entry. */

export class Tokens {
  readonly words: number[] = [];
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  readonly repaired: boolean[] = [];
  readonly entries: number[] = [];

  get length(): number {
    return this.words.length;
  }

  push(word: number, start: number, end: number, repaired: boolean, entry: number): void {
    this.words.push(word);
    this.starts.push(start);
    this.ends.push(end);
    this.repaired.push(repaired);
    this.entries.push(entry);
  }

  copy(from: Tokens, at: number): void {
    this.push(from.words[at] as number, from.starts[at] as number, from.ends[at] as number, from.repaired[at] as boolean, from.entries[at] as number);
  }

  truncate(length: number): void {
    this.words.length = this.starts.length = this.ends.length = this.repaired.length = this.entries.length = length;
  }

  /** Let the last token be a repaired word that reaches to `end`. */
  mend(word: number, end: number): void {
    const last = this.length - 1;
    this.words[last] = word;
    this.ends[last] = end;
    this.repaired[last] = true;
    this.entries[last] = 0;
  }
}
