/**
 * From a field's growing text to the pieces that are matched.
 *
 * A flush answers only when something is new since the last one. The piece is the changed part, widened to its sentence
 * and a little before, so that a phrase typed across a pause is still whole.
 */

/** Widening on each side of the change, UTF-16 units: longer than any phrase with its context window. */
export const OVERLAP = 240;
/** No piece is longer than this; a huge paste is cut into several, overlapping. */
export const MAX_PIECE = 20_000;
const MAX_FIELD = 1_000_000;

export interface Piece {
  text: string;
  /** The new part of `text`, half-open. */
  from: number;
  to: number;
  generation: number;
}

/** Length of the common start of two texts. */
function commonStart(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let i = 0;
  while (i < most && a.charCodeAt(i) === b.charCodeAt(i)) i++;
  return i;
}

function commonEnd(a: string, b: string, most: number): number {
  let i = 0;
  while (i < most && a.charCodeAt(a.length - 1 - i) === b.charCodeAt(b.length - 1 - i)) i++;
  return i;
}

/** Moves a cut outward so that it never splits a surrogate pair or, where white space is near, a word. */
function soften(text: string, at: number, direction: -1 | 1, floor = 0): number {
  let i = at;
  for (let steps = 0; steps < 40 && i > floor && i < text.length; steps++) {
    if (/\s/.test(text.charAt(direction < 0 ? i - 1 : i))) return i;
    i += direction;
  }
  const low = text.charCodeAt(i);
  return low >= 0xdc00 && low <= 0xdfff && i > 0 ? i - 1 : i;
}

/** True where typing this character ends a sentence, so that it is looked at now and not after the pause. */
export function endsSentence(character: string | null | undefined): boolean {
  return character != null && /[.?!\n。？！]$/.test(character);
}

export class LineTracker {
  private current = "";
  private flushed = "";
  private generation = 0;
  /** What stands before this was there when we first looked: it is neither new nor context. */
  private floor = 0;

  /** Takes what stands there already as not written now: a draft, a page's own text, words from outside the school's hours. */
  begin(text: string): void {
    this.current = this.flushed = text.slice(0, MAX_FIELD);
    this.floor = this.current.length;
    this.generation++;
  }

  /** Takes the field's text as it is after a trusted event. `pasted`: the same text again is then a new line. */
  update(text: string, pasted = false): void {
    const kept = text.length > MAX_FIELD ? text.slice(0, MAX_FIELD) : text;
    const startedAnew = kept.length <= 1 && this.flushed.length > 1;
    const sameAgain = pasted && kept !== "" && kept === this.current && kept === this.flushed;
    if (startedAnew || sameAgain) {
      this.flushed = "";
      this.floor = 0;
      this.generation++;
    }
    this.current = kept;
  }

  get text(): string {
    return this.current;
  }

  hasNew(): boolean {
    return this.current !== this.flushed && this.current.trim() !== "";
  }

  /** The pieces to match; empty when nothing is new. */
  flush(): Piece[] {
    if (!this.hasNew()) {
      this.flushed = this.current;
      return [];
    }
    const now = this.current;
    const start = commonStart(this.flushed, now);
    const end = now.length - commonEnd(this.flushed, now, Math.min(this.flushed.length, now.length) - start);
    this.flushed = now;
    // A change inside the old text stands alone; one after it has what was written since as context.
    const inside = start < this.floor;
    this.floor = Math.min(this.floor, start);
    return inside ? this.cut(now.slice(0, end), start, end) : this.cut(now, start, end);
  }

  private cut(text: string, start: number, end: number): Piece[] {
    const pieces: Piece[] = [];
    const step = MAX_PIECE - 2 * OVERLAP - 100;
    for (let from = start; from < end || from === start; from += step) {
      const to = Math.min(end, from + step);
      const left = soften(text, Math.max(this.floor, from - OVERLAP), -1, this.floor);
      const right = soften(text, Math.min(text.length, to + OVERLAP), 1);
      pieces.push({ text: text.slice(left, right), from: from - left, to: to - left, generation: this.generation });
      if (to >= end) break;
    }
    return pieces;
  }
}
