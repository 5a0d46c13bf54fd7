/** The small model's numbers for one text, for tests. Run by itself with a bundle's file: observations in, numbers out, one JSON line each. */

import { readFileSync } from "node:fs";
import { type AgeBand, type Bundle, loadBundle, type Observation, type Source } from "../../src/engine/index";

export interface ModelVector {
  name: string;
  text?: string;
  repeat?: { text: string; times: number };
  source?: Source;
  age_band?: AgeBand;
  context_before?: string[];
  expect: unknown;
}

export function observationOf({ text, repeat, source, age_band, context_before }: Omit<ModelVector, "name" | "expect">): Observation {
  const whole = text ?? (repeat as { text: string; times: number }).text.repeat((repeat as { times: number }).times);
  return { text: whole, ...(source && { source }), ...(age_band && { ageBand: age_band }), ...(context_before && { contextBefore: context_before }) };
}

/** Concern by window alone, together with earlier lines, and raising; the themes of the window that raises most. */
export function logits(bundle: Bundle, observation: Observation): Record<string, number[]> {
  const { view, tokens } = bundle.read(observation.text);
  const reading = bundle.judge?.read(view, tokens, observation);
  if (!reading) return {};
  const { alone, together, raises } = reading;
  return { alone, together, raises, themes: reading.themeLogits(raises.indexOf(Math.max(...raises))) };
}

const [, script, file] = process.argv;
if (file && script?.endsWith("logits.mjs")) {
  const bundle = await loadBundle(new Uint8Array(readFileSync(file)));
  const lines = readFileSync(0, "utf8").split("\n").filter((line) => line !== "");
  for (const line of lines) console.log(JSON.stringify(logits(bundle, observationOf(JSON.parse(line)))));
}
