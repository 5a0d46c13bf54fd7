/** The values that cross the engine's boundary, and the shape of the bundle's content. */

export type Source = "typed" | "searched" | "displayed" | "submitted" | "received" | "ai_chat" | "file" | "report";
export type AgeBand = "ks1" | "ks2" | "ks3" | "ks4" | "ks5" | "unknown";

export const SOURCES: readonly string[] = ["typed", "searched", "displayed", "submitted", "received", "ai_chat", "file", "report"];
export const AGE_BANDS: readonly string[] = ["ks1", "ks2", "ks3", "ks4", "ks5", "unknown"];
export const DEFAULT_CAPTURE_FROM = 2;

export type Layer = "phrases" | "model";
export const LAYERS: ReadonlySet<Layer> = new Set<Layer>(["phrases", "model"]);

export interface Observation {
  text: string;
  source?: Source;
  ageBand?: AgeBand;
  /** Earlier lines, oldest first; a serious phrase may begin in them, they may meet a need or raise a finding, never lower one. */
  contextBefore?: readonly string[];
}

/** One concern. `start` and `end` are a half-open span of code points of the text as it was given. */
export interface Finding {
  theme: string;
  start: number;
  end: number;
  rule: string;
  severity: number;
  why: string;
  meaning: string;
  locked: boolean;
}

/** Scores are in thousandths (0-1000), severities 0-5. */
export interface Assessment {
  severity: number;
  themes: Record<string, number>;
  themeSeverities: Record<string, number>;
  findings: readonly Finding[];
  /** What phrases found and the model took for harmless. It counts for nothing and is never sent. */
  silenced: readonly Finding[];
  leavesDevice(captureFrom?: number): boolean;
}

/** [when, within, side, operation, amount, why, unless] */
export type ContextRow = [string[], number, number, number, number, string, string[]];

export interface PhraseRow {
  id: string;
  theme: number;
  severity: number;
  meaning: string;
  context: ContextRow[];
  /** [any, within, side] */
  needs: [string[], number, number][];
  /** Its language, where that is not the one that the model reads: the model does not silence it. */
  language?: string;
}

export interface ThemeRow {
  name: string;
  title: string;
  sources: Record<string, number>;
  ages: Record<string, number>;
  context: ContextRow[];
}

export interface Phrasing {
  starts: string;
  repaired: string;
  /** Older bundles lack it. */
  across?: string;
  cancel: string;
  lower: string;
  cap: string;
  raise: string;
  model: string;
  silenced: string;
  sources: Record<string, string>;
  ages: Record<string, string>;
}

export interface FoldContent {
  same: number[];
  nothing: number[];
  to: Record<string, string>;
}

/** The columns that automaton.py tells of. */
export interface AutomatonContent {
  lists: number[];
  ends: number[];
  children: number[];
  steps: number[];
  words: number[];
}

/** model.py tells what each part means; whole numbers only. */
export interface ModelHeader {
  name: string;
  concern_bits: number;
  theme_bits: number;
  themes: { name: string; bias: number; fires_at: [number, number]; silences_below: number }[];
  bias: number;
  window: number;
  least_tokens: number;
  most_tokens: Record<string, number>;
  lines_before: number;
  before_adds: number;
  by_count: number[];
  source_offsets: Record<string, number>;
  age_offsets: Record<string, number>;
}

export interface ModelContent {
  header: ModelHeader;
  concern: string;
  themes: string;
}

export interface BundleContent {
  format: number;
  version: string;
  fold: FoldContent;
  emoji: string;
  vocabulary: string;
  /** How many words at the vocabulary's end are serious phrases joined to one. */
  joined: number;
  /** Places in the vocabulary, most serious first; the joined words are evasion words too. */
  evasion: number[];
  /** Places of the words whose plain slips are read as them, and the slips that are words themselves. */
  slips: { of: number[]; but: string };
  spelling: Record<string, string>;
  splits: Record<string, string>;
  automaton: AutomatonContent;
  longest: number;
  phrases: PhraseRow[];
  classes: string[];
  themes: ThemeRow[];
  phrasing: Phrasing;
  model?: ModelContent;
}
