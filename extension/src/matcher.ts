/** The engine as the worker uses it. Offsets are code points of the text given. */

import { assess as assessWith, FORMAT, loadBundle, OtherFormat } from "./engine/index";
import type { AgeBand, Source } from "./wire";

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

/** `earlier`: lines before this one, oldest first; they may meet a need or raise a finding, never lower one. */
export type Assess = (text: string, source: Source, ageBand: AgeBand, earlier?: readonly string[]) => Assessment;

export { FORMAT, loadBundle, OtherFormat };

export function assessorOf(bundle: Bundle): Assess {
  return (text, source, ageBand, contextBefore = []) => assessWith(bundle, { text, source, ageBand, contextBefore });
}
