/** From findings to scores and severities, in whole thousandths. The twin of severity.py. */

import type { Finding } from "./types";

const WEIGHTS = [0, 200, 400, 600, 800, 950] as const;

/** 1000 less the product of what each severity leaves over, rounded down each time. */
export function fuseWeights(severities: Iterable<number>): number {
  let left = 1000;
  for (const severity of [...severities].sort((a, b) => b - a)) left = Math.floor((left * (1000 - (WEIGHTS[severity] as number))) / 1000);
  return 1000 - left;
}

/** Theme scores and severities, themes in alphabetical order; each rule counts once, at its greatest. */
export function fuse(findings: readonly Finding[]): { themes: Record<string, number>; themeSeverities: Record<string, number> } {
  const greatest = new Map<string, Map<string, number>>();
  for (const { theme, rule, severity } of findings) {
    const rules = greatest.get(theme) ?? new Map<string, number>();
    rules.set(rule, Math.max(rules.get(rule) ?? 0, severity));
    greatest.set(theme, rules);
  }
  const themes: Record<string, number> = {};
  const themeSeverities: Record<string, number> = {};
  for (const theme of [...greatest.keys()].sort()) {
    const severities = [...(greatest.get(theme) as Map<string, number>).values()];
    themes[theme] = fuseWeights(severities);
    themeSeverities[theme] = Math.max(...severities);
  }
  return { themes, themeSeverities };
}
