/** What the small model decides of one text: which findings it silences, and whether it raises one. The twin of model_judge.py. */

import type { Folder, View } from "./fold";
import type { Lexicon } from "./lexicon";
import type { Model } from "./model";
import { windowCount, windowsOf, Words } from "./model-features";
import type { Reader } from "./repair";
import type { Tokens } from "./tokens";
import type { BundleContent, Finding, ModelHeader, Observation } from "./types";

const SILENCED_UP_TO = 3;
/** A child who asks for help is heard. */
const NEVER_SILENCED = "report";
const MARKED_WORDS = 3;
/** Words of longer texts are not kept for the next one. */
const USUAL_WORDS = 20_000;

/** What a text is read with. */
export interface Reads {
  folder: Folder;
  reader: Reader;
  lexicon: Lexicon;
}

/** A phrase's finding with its span in tokens. */
export interface Placed {
  finding: Finding;
  start: number;
  end: number;
}

/** Asks one model about texts, one after another. */
export class Judge {
  private words = new Words();
  private readonly earlier = new Words();
  private readonly joined = new Words();

  constructor(
    private readonly model: Model,
    private readonly reads: Reads,
  ) {}

  /** The model's view of a text; null where its header says that it is not asked about such a one. It stands until the next text. */
  read(view: View, tokens: Tokens, observation: Observation): Reading | null {
    const { header } = this.model;
    const source = observation.source ?? "typed";
    if (tokens.length < header.least_tokens || tokens.length > (header.most_tokens[source] ?? tokens.length)) return null;
    if (this.words.length > USUAL_WORDS) this.words = new Words();
    this.words.clear();
    this.words.addTokens(tokens, view, this.reads.lexicon);
    const moved = (header.source_offsets[source] ?? 0) + (header.age_offsets[observation.ageBand ?? "unknown"] ?? 0);
    const reading = new Reading(this.model, this.words, this.joined, moved);
    const lines = header.lines_before > 0 ? (observation.contextBefore ?? []).slice(-header.lines_before) : [];
    if (lines.length > 0) reading.join(this.readEarlier(lines, header), this.isWhole(header));
    return reading;
  }

  /** Put the last words of earlier lines, a break after each line, before the text's first; gives how many. */
  private readEarlier(lines: readonly string[], header: ModelHeader): number {
    const { earlier, joined, words } = this;
    const { folder, reader, lexicon } = this.reads;
    earlier.clear();
    for (const line of lines) {
      const view = folder.fold(line);
      earlier.addTokens(reader.read(view), view, lexicon);
      earlier.addBreak();
    }
    const count = Math.min(earlier.length, header.window / 2);
    joined.clear();
    joined.addAll(earlier, earlier.length - count, earlier.length);
    joined.addAll(words, 0, Math.min(words.length, header.window - count));
    return count;
  }

  private isWhole(header: ModelHeader): boolean {
    return this.earlier.length <= header.window / 2;
  }
}

/** By window: the text's own concern; with the earlier lines; and what may raise a finding. */
export class Reading {
  readonly alone: number[] = [];
  readonly together: number[];
  readonly raises: number[];
  private joinedStarts = false;
  private joinedEnds = false;

  constructor(
    private readonly model: Model,
    private readonly words: Words,
    private readonly joined: Words,
    private readonly moved: number,
  ) {
    const count = windowCount(words.length, this.size);
    for (let place = 0; place < count; place++) this.alone.push(moved + this.concernOf(place));
    this.together = [...this.alone];
    this.raises = [...this.alone];
  }

  /** Let `earlier` words of the joined ones, before the text's beginning, raise the first window's concern. */
  join(earlier: number, starts: boolean): void {
    this.joinedStarts = starts;
    this.joinedEnds = this.joined.length - earlier === this.words.length;
    const before = this.moved + this.model.concernOf(this.joined, 0, earlier - 1, starts, true);
    const concern = this.moved + this.concernOfJoined();
    this.together[0] = Math.max(this.alone[0] as number, concern);
    if (concern - before >= this.model.header.before_adds) this.raises[0] = this.together[0];
  }

  /** The findings that stand, and those that the model silences, which say so. */
  silence(found: readonly Placed[], source: string, foreign: ReadonlySet<string>, said: string): { kept: Finding[]; silenced: Finding[] } {
    const below = new Map(this.model.header.themes.map((head) => [head.name, head.silences_below]));
    const [kept, silenced]: [Finding[], Finding[]] = [[], []];
    for (const { finding, start, end } of found) {
      const maybe = finding.severity <= SILENCED_UP_TO && source !== NEVER_SILENCED && !foreign.has(finding.rule);
      const bar = maybe ? below.get(finding.theme) : undefined;
      if (bar !== undefined && this.concernAt(start, end) < bar) silenced.push({ ...finding, why: `${finding.why.slice(0, -1)}; ${said}.` });
      else kept.push(finding);
    }
    return { kept, silenced };
  }

  /** The finding of the window of greatest concern, where that is enough for its greatest theme; of equals the first. */
  raised(content: BundleContent, view: View, tokens: Tokens): Finding | null {
    const heads = this.model.header.themes;
    const concern = greatest(this.raises);
    if (heads.every((head) => concern < head.fires_at[0])) return null;
    const place = this.raises.indexOf(concern);
    const logits = this.themeLogits(place);
    const head = heads[logits.indexOf(greatest(logits))] as (typeof heads)[number];
    if (concern < head.fires_at[0]) return null;
    const severity = concern >= head.fires_at[1] ? 3 : 2;
    const [first, last] = this.marked(place);
    const start = view.places[tokens.starts[first] as number] as number;
    const end = (view.places[(tokens.ends[last] as number) - 1] as number) + 1;
    const title = content.themes.find((theme) => theme.name === head.name)?.title ?? head.name;
    const meaning = content.phrasing.model.replace("{title}", () => title);
    const why = `${meaning} ${content.phrasing.starts.replace("{n}", () => String(severity))}.`;
    return { theme: head.name, start, end, rule: `model.${head.name.replaceAll("_", "-")}`, severity, why, meaning, locked: false };
  }

  /** A logit a theme of the words that give a window what it may raise a finding with. */
  themeLogits(place: number): number[] {
    if ((this.raises[place] as number) > (this.alone[place] as number)) this.concernOfJoined();
    else this.concernOf(place);
    return this.model.themeLogits();
  }

  private get size(): number {
    return this.model.header.window;
  }

  private window(place: number): [number, number] {
    const first = (place * this.size) / 2;
    return [first, Math.min(this.words.length, first + this.size)];
  }

  private concernOf(place: number): number {
    const [first, end] = this.window(place);
    return this.model.concernOf(this.words, first, end, first === 0, end === this.words.length);
  }

  private concernOfJoined(): number {
    return this.model.concernOf(this.joined, 0, this.joined.length, this.joinedStarts, this.joinedEnds);
  }

  /** The greatest concern of the windows that hold tokens from `start` to `end`. */
  private concernAt(start: number, end: number): number {
    const [first, last] = windowsOf(start, end, this.words.length, this.size);
    return greatest(this.together.slice(first, last + 1));
  }

  /** The first and the last of the few words that say most for concern; all words of the window where none does. */
  private marked(place: number): [number, number] {
    const [first, end] = this.window(place);
    const weights = this.words.byWord(first, end, first === 0, end === this.words.length).map((features) => this.model.weightOf(features));
    const most = [...weights.keys()].filter((word) => (weights[word] as number) > 0);
    most.sort((a, b) => (weights[b] as number) - (weights[a] as number) || a - b).splice(MARKED_WORDS);
    return most.length > 0 ? [first + Math.min(...most), first + Math.max(...most)] : [first, end - 1];
  }
}

function greatest(numbers: readonly number[]): number {
  return numbers.reduce((most, number) => (number > most ? number : most), -Infinity);
}
