/** The one call: `assess`. The twin of engine.py; docs/detection.md tells the whole way. */

import { Joined, LEAST_LEFT } from "./across";
import { Automaton, type Spans } from "./automaton";
import { Folder, View } from "./fold";
import { Lexicon } from "./lexicon";
import { Model } from "./model";
import { Judge, type Placed } from "./model-judge";
import { Reader } from "./repair";
import { moved, Nearby, OPERATIONS } from "./rules";
import { fuse } from "./severity";
import { REACH, spansOver } from "./strewn";
import { Tokens } from "./tokens";
import { AGE_BANDS, type Assessment, type BundleContent, type ContextRow, DEFAULT_CAPTURE_FROM, type Finding, type Layer, LAYERS, type Observation, type PhraseRow } from "./types";

/** Arrays of up to so many signs are used again for the next text: fresh ones cost a page more than folding it. */
const USUAL_CHARACTERS = 250_000;

/** A loaded bundle, ready for use. */
export class Bundle {
  readonly version: string;
  readonly folder: Folder;
  readonly reader: Reader;
  readonly automaton: Automaton;
  /** By word number. */
  readonly isEmoji: Uint8Array;
  /** The most tokens that a match can take. */
  readonly longest: number;
  /** Phrases in another language than the model reads, by id. */
  readonly foreign: ReadonlySet<string>;
  /** The small model, where the bundle carries one. */
  readonly judge: Judge | null;
  private view = new View();
  private tokens = new Tokens();

  constructor(readonly content: BundleContent) {
    this.version = content.version;
    const lexicon = new Lexicon(content);
    this.folder = new Folder(content.fold, content.emoji);
    this.reader = new Reader(this.folder, lexicon);
    this.automaton = new Automaton(content.automaton, lexicon.words);
    this.isEmoji = new Uint8Array(lexicon.words);
    for (const sign of content.emoji) this.isEmoji[lexicon.numbers[lexicon.find(Int32Array.of(sign.codePointAt(0) as number), 0, 1)] as number] = 1;
    this.isEmoji[0] = 0;
    this.foreign = new Set(content.phrases.filter((phrase) => phrase.language !== undefined).map((phrase) => phrase.id));
    this.longest = content.longest * (content.emoji ? REACH : 1);
    this.judge = content.model ? new Judge(new Model(content.model), { folder: this.folder, reader: this.reader, lexicon }) : null;
    delete content.model; // its weights as text are a megabyte that nobody asks for again
  }

  /** One text's view and tokens, which stand until the next text is read. */
  read(text: string): { view: View; tokens: Tokens } {
    if (this.view.codes.length > USUAL_CHARACTERS) [this.view, this.tokens] = [new View(), new Tokens()];
    const { view, tokens } = this;
    return { view: this.folder.fold(text, view), tokens: this.reader.read(view, tokens) };
  }
}

interface Candidate {
  phrase: PhraseRow;
  start: number;
  end: number;
  severity: number;
  why: string;
}

/** Judge one text. Deterministic, linear in the text, never throws because of the text. Layers that the bundle lacks are passed over. */
export function assess(bundle: Bundle, observation: Observation, layers: ReadonlySet<Layer> = LAYERS): Assessment {
  const { view, tokens } = bundle.read(observation.text);
  const found = layers.has("phrases") ? phraseFindings(bundle, observation, view, tokens) : [];
  const reading = layers.has("model") ? bundle.judge?.read(view, tokens, observation) : null;
  if (!reading) return assessmentOf(found.map(({ finding }) => finding));
  const { kept, silenced } = reading.silence(found, observation.source ?? "typed", bundle.foreign, bundle.content.phrasing.silenced);
  const own = reading.raised(bundle.content, view, tokens);
  if (own && !kept.some((finding) => finding.severity >= own.severity)) kept.push(own);
  return assessmentOf(kept, silenced);
}

/** What the phrases find, each with its span in tokens. */
function phraseFindings(bundle: Bundle, observation: Observation, view: View, tokens: Tokens): Placed[] {
  const { content, longest } = bundle;
  const lines = observation.contextBefore ?? [];
  const spans = spansOver(bundle.automaton, tokens, bundle.isEmoji, content.phrases.length);
  const earlier = spans ? earlierSpans(bundle, lines) : null;
  const whole = spans && earlier ? best(candidatesOf(new Seen(content, tokens, spans, earlier, longest), observation), longest) : [];
  const found = whole.map((one): Placed => {
    const [first, last] = [tokens.starts[one.start] as number, tokens.ends[one.end - 1] as number];
    return { finding: findingOf(one, view, first, last, content), start: one.start, end: one.end };
  });
  const joined = Joined.of(lines, view, tokens, bundle.folder, bundle.reader);
  if (joined) found.push(...findingsAcross(joined, bundle, observation, view, spans, earlier, whole));
  return found;
}

/** What begins in the lines before: the best of each theme, where nothing as severe is found wholly in the text in its place. */
function findingsAcross(joined: Joined, bundle: Bundle, observation: Observation, view: View, alone: Spans | null, known: Spans | null, whole: readonly Candidate[]): Placed[] {
  const { content, longest } = bundle;
  const spans = spansOver(bundle.automaton, joined.tokens, bundle.isEmoji, content.phrases.length);
  const hits: Spans = spans ? joined.hits(spans, content.phrases) : new Map();
  for (const [target, found] of hits) {
    const own = alone?.get(target);
    if (!own) continue;
    const left = pairs(found).filter(([, end]) => (own[0] as number) >= joined.partInText(end).count);
    if (left.length > 0) hits.set(target, left.flat());
    else hits.delete(target);
  }
  if (!spans || hits.size === 0) return [];
  for (const [target, found] of spans) if (target >= content.phrases.length) hits.set(target, found);
  const earlier = new Map([...(known ?? earlierSpans(bundle, observation.contextBefore ?? []))].map(([target, at]) => [target, at.map((place) => place + joined.inside)]));
  const candidates = candidatesOf(new Seen(content, joined.tokens, hits, earlier, longest, true), observation).filter((one) => one.severity >= LEAST_LEFT);
  const themes = new Set<number>();
  const found: Placed[] = [];
  for (const one of best(candidates, longest)) {
    const { first, last, count } = joined.partInText(one.end);
    const rivals = whole.filter((other) => other.phrase.theme === one.phrase.theme && other.severity >= one.severity);
    if (themes.has(one.phrase.theme) || rivals.some(({ start, end }) => end <= count || (start === 0 && end >= count))) continue;
    themes.add(one.phrase.theme);
    found.push({ finding: findingOf(one, view, first, last, content), start: 0, end: count });
  }
  return found;
}

function candidatesOf(seen: Seen, observation: Observation): Candidate[] {
  const candidates: Candidate[] = [];
  for (const hit of seen.phraseHits()) {
    const judged = judge(hit, seen, observation);
    if (judged.severity > 0) candidates.push({ ...hit, ...judged });
  }
  return candidates;
}

/** `first` and `last` are places in the view, half-open. */
function findingOf({ phrase, severity, why }: Candidate, view: View, first: number, last: number, content: BundleContent): Finding {
  const { name } = content.themes[phrase.theme] as { name: string };
  const [start, end] = [view.places[first] as number, (view.places[last - 1] as number) + 1];
  return { theme: name, start, end, rule: phrase.id, severity, why, meaning: phrase.meaning, locked: false };
}

/** What matched in the lines before, at negative token places. */
function earlierSpans(bundle: Bundle, linesBefore: readonly string[]): Spans {
  const earlier: Spans = new Map();
  let place = 0;
  for (const line of [...linesBefore].reverse()) {
    const tokens = bundle.reader.read(bundle.folder.fold(line));
    place -= tokens.length;
    for (const [target, spans] of spansOver(bundle.automaton, tokens, bundle.isEmoji, Infinity) ?? []) {
      const moved = spans.map((at) => at + place);
      earlier.set(target, [...moved, ...(earlier.get(target) ?? [])]);
    }
  }
  return earlier;
}

function assessmentOf(found: readonly Finding[], taken: readonly Finding[] = []): Assessment {
  const [findings, silenced] = [[...found].sort(byWeight), [...taken].sort(byWeight)];
  const { themes, themeSeverities } = fuse(findings);
  const severity = Math.max(0, ...Object.values(themeSeverities));
  const isLocked = findings.some((finding) => finding.locked);
  return {
    severity,
    themes,
    themeSeverities,
    findings,
    silenced,
    leavesDevice: (captureFrom = DEFAULT_CAPTURE_FROM) => findings.length > 0 && (severity >= captureFrom || isLocked),
  };
}

function byWeight(a: Finding, b: Finding): number {
  return b.severity - a.severity || a.start - b.start || a.end - b.end || compare(a.theme, b.theme) || compare(a.rule, b.rule);
}

interface Hit {
  phrase: PhraseRow;
  start: number;
  end: number;
}

/** Everything that matched in one text, by kind. */
class Seen {
  private readonly nearby = new Map<string, Nearby>();
  private readonly exceptions = new Map<number, ReadonlySet<number>>();

  constructor(
    readonly content: BundleContent,
    readonly tokens: Tokens,
    private readonly spans: Spans,
    private readonly earlier: Spans,
    private readonly longest: number,
    /** Whether its hits begin in the lines before. */
    readonly isAcross = false,
  ) {}

  /** Each phrase's hits, without those that overlap a longer one of its own or share a token with an exception. */
  *phraseHits(): Generator<Hit> {
    const targets = [...this.spans.keys()].filter((target) => target < this.content.phrases.length).sort((a, b) => a - b);
    for (const target of targets) {
      const phrase = this.content.phrases[target] as PhraseRow;
      const excepted = this.excepted(phrase.theme);
      for (const [start, end] of apart(this.spans.get(target) as number[])) {
        if (!anyBetween(excepted, start, end)) yield { phrase, start, end };
      }
    }
  }

  /** Whether any of the context classes stands in the window round a hit, `orEarlier` also in the lines before. */
  standsNear(names: readonly string[], start: number, end: number, within: number, side: number, orEarlier: boolean): boolean {
    return names.some((name) => this.near(name, orEarlier && this.earlier.size > 0).standsNear(start, end, within, side));
  }

  isRepaired(start: number, end: number): boolean {
    return this.tokens.repaired.subarray(start, end).includes(1);
  }

  private near(name: string, withEarlier: boolean): Nearby {
    const key = withEarlier ? `${name} or earlier` : name;
    const known = this.nearby.get(key);
    if (known) return known;
    const target = this.content.phrases.length + this.content.classes.indexOf(name);
    const here = this.spans.get(target) ?? [];
    const made = new Nearby(withEarlier ? [...(this.earlier.get(target) ?? []), ...here] : here, this.longest);
    this.nearby.set(key, made);
    return made;
  }

  private excepted(theme: number): ReadonlySet<number> {
    const known = this.exceptions.get(theme);
    if (known) return known;
    const first = this.content.phrases.length + this.content.classes.length;
    const places = new Set<number>();
    for (const target of [first + theme, first + this.content.themes.length]) {
      const found = this.spans.get(target) ?? [];
      for (let i = 0; i < found.length; i += 2) {
        for (let place = found[i] as number; place < (found[i + 1] as number); place++) places.add(place);
      }
    }
    this.exceptions.set(theme, places);
    return places;
  }
}

function anyBetween(places: ReadonlySet<number>, start: number, end: number): boolean {
  if (places.size === 0) return false;
  for (let place = start; place < end; place++) if (places.has(place)) return true;
  return false;
}

function pairs(flat: readonly number[]): [number, number][] {
  const spans: [number, number][] = [];
  for (let i = 0; i < flat.length; i += 2) spans.push([flat[i] as number, flat[i + 1] as number]);
  return spans;
}

/** Of overlapping spans the longest, then the first; by start. */
function apart(flat: readonly number[]): [number, number][] {
  const spans = pairs(flat);
  if (spans.length === 1) return spans;
  spans.sort((a, b) => b[1] - b[0] - (a[1] - a[0]) || a[0] - b[0]);
  const taken = new Set<number>();
  const kept = spans.filter(([start, end]) => {
    if (anyBetween(taken, start, end)) return false;
    for (let place = start; place < end; place++) taken.add(place);
    return true;
  });
  return kept.sort((a, b) => a[0] - b[0]);
}

/** The severity of one hit after every rule, and why in words; 0 when a need is missing or a rule brings it down. */
function judge({ phrase, start, end }: Hit, seen: Seen, observation: Observation): { severity: number; why: string } {
  const nothing = { severity: 0, why: "" };
  if (!phrase.needs.every(([any, within, side]) => seen.standsNear(any, start, end, within, side, true))) return nothing;
  const { phrasing, themes } = seen.content;
  const theme = themes[phrase.theme] as (typeof themes)[number];
  let severity = phrase.severity;
  const said = [filled(phrasing.starts, severity)];
  if (seen.isRepaired(start, end)) said.push(phrasing.repaired);
  if (seen.isAcross && phrasing.across) said.push(phrasing.across);
  const move = (to: number, kind: (typeof OPERATIONS)[number], why: string) => {
    if (to !== severity) said.push(filled(phrasing[kind], to, why));
    severity = to;
  };
  for (const row of [...phrase.context, ...theme.context]) {
    if (!applies(row, start, end, seen)) continue;
    move(moved(row, severity), OPERATIONS[row[3]] as (typeof OPERATIONS)[number], row[5]);
    if (severity === 0) return nothing;
  }
  const source = observation.source ?? "typed";
  const ageBand = observation.ageBand ?? "unknown";
  for (const [steps, why] of [
    [theme.sources[source] ?? 0, phrasing.sources[source]],
    [ageSteps(theme.ages, ageBand), phrasing.ages[ageBand]],
  ] as const) {
    move(Math.min(5, Math.max(0, severity + steps)), steps > 0 ? "raise" : "lower", why as string);
    if (severity === 0) return nothing;
  }
  return { severity, why: `${phrase.meaning} ${said.join("; ")}.` };
}

/** Earlier lines may bring a raise about or switch another rule off, so that they never lower. */
function applies(row: ContextRow, start: number, end: number, seen: Seen): boolean {
  const [when, within, side, operation, , , unless] = row;
  const raises = OPERATIONS[operation] === "raise";
  return seen.standsNear(when, start, end, within, side, raises) && !seen.standsNear(unless, start, end, within, side, !raises);
}

function ageSteps(ages: Record<string, number>, ageBand: string): number {
  if (ageBand !== "unknown") return ages[ageBand] ?? 0;
  return Math.max(...AGE_BANDS.filter((band) => band !== "unknown").map((band) => ages[band] ?? 0));
}

function filled(template: string, n: number, why = ""): string {
  return template.replace("{n}", () => String(n)).replace("{why}", () => why);
}

/** Candidates without those that lie within, or round, a better one of their theme: more severe, then longer, first, by id. */
function best(candidates: Candidate[], longest: number): Candidate[] {
  const ends = new Map<string, number[]>();
  const kept: Candidate[] = [];
  candidates.sort(
    (a, b) => b.severity - a.severity || b.end - b.start - (a.end - a.start) || a.start - b.start || compare(a.phrase.id, b.phrase.id),
  );
  for (const one of candidates) {
    const at = (start: number) => ends.get(`${one.phrase.theme} ${start}`) ?? [];
    let isNested = false;
    for (let start = one.end - longest; start <= one.start && !isNested; start++) isNested = at(start).some((end) => end >= one.end);
    for (let start = one.start; start < one.end && !isNested; start++) isNested = at(start).some((end) => end <= one.end);
    if (isNested) continue;
    kept.push(one);
    ends.set(`${one.phrase.theme} ${one.start}`, [...at(one.start), one.end]);
  }
  return kept;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
