/** The engine as the worker uses it. Offsets are code points of the text given. */

import { assess as assessWith, FORMAT, type Layer, loadBundle, OtherFormat } from "./engine/index";
import type { Policy, Source } from "./wire";

export type Bundle = Awaited<ReturnType<typeof loadBundle>>;

export interface Finding {
  theme: string;
  start: number;
  end: number;
  rule: string;
  severity: number;
}

export interface Assessment {
  severity: number;
  findings: readonly Finding[];
  leavesDevice(captureFrom: number): boolean;
}

/** What of a policy decides how a text is judged. */
export type Judging = Pick<Policy, "age_band" | "layers">;

/** `earlier`: lines before this one, oldest first; they may meet a need or raise a finding, never lower one. */
export type Assess = (text: string, source: Source, judging: Judging, earlier?: readonly string[]) => Assessment;

export { FORMAT, loadBundle, OtherFormat };

const PHRASES: ReadonlySet<Layer> = new Set<Layer>(["phrases"]);
const WITH_MODEL: ReadonlySet<Layer> = new Set<Layer>(["phrases", "model"]);

/** Phrases always judge; the small model only where the signed policy names it. */
export function layersOf({ layers = [] }: Judging): ReadonlySet<Layer> {
  return layers.includes("model") ? WITH_MODEL : PHRASES;
}

export function assessorOf(bundle: Bundle): Assess {
  return (text, source, judging, contextBefore = []) => assessWith(bundle, { text, source, ageBand: judging.age_band, contextBefore }, layersOf(judging));
}
