/** What must stand near a hit, and what moves its severity. The twin of rules.py. */

import type { ContextRow } from "./types";

const BEFORE = 1;
const AFTER = 2;
export const OPERATIONS = ["cancel", "lower", "cap", "raise"] as const;

/** Where one context class was seen: [start, end, …] in token places, by start, then end. */
export class Nearby {
  constructor(
    private readonly spans: readonly number[],
    private readonly longest: number,
  ) {}

  /** Whether any span of the class lies within so many tokens of the hit, on the side asked for. */
  standsNear(start: number, end: number, within: number, side: number): boolean {
    const { spans } = this;
    for (let i = 2 * this.firstFrom(start - within - this.longest); i < spans.length; i += 2) {
      const first = spans[i] as number;
      if (first > end + within) return false;
      if (isInside(first - end, start - (spans[i + 1] as number), within, side)) return true;
    }
    return false;
  }

  private firstFrom(place: number): number {
    let low = 0;
    let high = this.spans.length / 2;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.spans[2 * middle] as number) < place) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function isInside(after: number, before: number, within: number, side: number): boolean {
  if (side === BEFORE) return before >= 0 && before <= within;
  if (side === AFTER) return after >= 0 && after <= within;
  return Math.max(after, before, 0) <= within;
}

/** The severity after a context rule, 0-5. */
export function moved(row: ContextRow, severity: number): number {
  const amount = row[4];
  switch (OPERATIONS[row[3]]) {
    case "lower":
      return Math.max(0, severity - amount);
    case "cap":
      return Math.min(severity, amount);
    case "raise":
      return Math.min(5, severity + amount);
    default:
      return 0;
  }
}
