/** Fold a text to code points that remember which code point each came from. The twin of detection/text.py. */

import type { FoldContent } from "./types";

const SOFT = 46;
const EURO = 0x20ac;

export const WORD = 0;
export const MARK = 1;
export const SPACE = 2;
export const EMOJI = 3;

/** A folded text: `codes[0..length)`, and for each the code point of the original that it came from. May be used again. */
export class View {
  codes = new Int32Array(0);
  places = new Int32Array(0);
  length = 0;

  /** Room for so many codes in all, and some more; what is there stays. */
  reserve(count: number): void {
    if (count <= this.codes.length) return;
    const capacity = count + (count >> 2);
    this.codes = grown(this.codes, capacity);
    this.places = grown(this.places, capacity);
  }
}

/** By ASCII code; codes above are asked of `Folder.kind`. */
export const ASCII_KINDS = new Uint8Array(128);
for (const mark of ",.-*@$!|+") ASCII_KINDS[mark.charCodeAt(0)] = MARK;
ASCII_KINDS[32] = SPACE;

export class Folder {
  /** By UTF-16 unit: a code point; 0 for nothing; below 0 for a target of several (~place in `series`). */
  private readonly units = new Int32Array(0x10000).fill(SOFT);
  private readonly astral = new Map<number, number>();
  private readonly astralSame: number[] = [];
  private readonly series: number[][] = [];
  private readonly emoji: Set<number>;
  private readonly firstEmoji: number;

  constructor(table: FoldContent, emoji: string) {
    this.spread(table.same, (from, to) => this.keep(from, to));
    this.spread(table.nothing, (from, to) => {
      for (let code = from; code < to; code++) this.set(code, 0);
    });
    for (const [target, sources] of Object.entries(table.to)) this.setAll(sources, target);
    this.emoji = new Set(codesOf(emoji));
    for (const code of this.emoji) this.set(code, code);
    this.firstEmoji = Math.min(0x110000, ...this.emoji);
  }

  /** Fold a text, into a view that is no longer needed where there is one. */
  fold(text: string, view = new View()): View {
    const { units } = this;
    view.length = 0;
    view.reserve(text.length);
    let { codes, places } = view;
    let length = 0;
    for (let at = 0, place = 0; at < text.length; at++, place++) {
      let folded = units[text.charCodeAt(at)] as number;
      if (folded === SURROGATE) {
        const code = text.codePointAt(at) as number;
        if (code > 0xffff) at++;
        folded = this.beyond(code);
      }
      if (folded > 0) {
        codes[length] = folded;
        places[length++] = place;
      } else if (folded < 0) {
        const series = this.series[~folded] as number[];
        view.reserve(length + series.length + text.length - at);
        ({ codes, places } = view);
        for (const code of series) {
          codes[length] = code;
          places[length++] = place;
        }
      }
    }
    view.length = length;
    return view;
  }

  /** What a code of a view is: part of a word, a mark, white space, or an emoji that is a word of its own. */
  kind(code: number): number {
    if (code < 128) return ASCII_KINDS[code] as number;
    if (code === EURO) return MARK;
    return code >= this.firstEmoji && this.emoji.has(code) ? EMOJI : WORD;
  }

  private beyond(code: number): number {
    const known = this.astral.get(code);
    if (known !== undefined) return known;
    if (code <= 0xffff) return SOFT; // a lone surrogate
    const ranges = this.astralSame;
    let low = 0;
    let high = ranges.length / 2;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ranges[2 * middle + 1] as number) <= code) low = middle + 1;
      else high = middle;
    }
    return low * 2 < ranges.length && code >= (ranges[2 * low] as number) ? code : SOFT;
  }

  private keep(from: number, to: number): void {
    for (let code = from; code < Math.min(to, 0x10000); code++) this.units[code] = code;
    if (to > 0x10000) this.astralSame.push(Math.max(from, 0x10000), to);
  }

  private set(code: number, value: number): void {
    if (code > 0xffff) this.astral.set(code, value);
    else this.units[code] = value;
  }

  private setAll(sources: string, target: string): void {
    const codes = codesOf(target);
    const value = codes.length === 1 ? (codes[0] as number) : ~(this.series.push(codes) - 1);
    for (const code of codesOf(sources)) this.set(code, value);
  }

  private spread(flat: number[], each: (from: number, to: number) => void): void {
    this.units.fill(SURROGATE, 0xd800, 0xe000);
    let end = 0;
    for (let i = 0; i < flat.length; i += 2) {
      const from = end + (flat[i] as number);
      end = from + (flat[i + 1] as number);
      each(from, end);
    }
  }
}

const SURROGATE = 0x7fffffff;

export function codesOf(text: string): number[] {
  return Array.from(text, (sign) => sign.codePointAt(0) as number);
}

function grown(numbers: Int32Array<ArrayBuffer>, capacity: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(capacity);
  larger.set(numbers);
  return larger;
}
