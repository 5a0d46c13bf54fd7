/** The engine as the worker uses it. Offsets are code points of the text given. */

import { assess as assessWith, loadBundle } from "./engine/index";
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

export type Assess = (text: string, source: Source, ageBand: AgeBand) => Assessment;

export { loadBundle };

export function assessorOf(bundle: Bundle): Assess {
  return (text, source, ageBand) => assessWith(bundle, { text, source, ageBand });
}
