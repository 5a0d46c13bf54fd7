/** What became of the messages that a pupil sent by "tell someone". Ids and states only, each shown to its writer alone. */

import type { Kept } from "./db";
import type { CaptureResult } from "./wire";

const KEPT = 20;
const SHOWN_MS = 86_400_000;
/** Where nobody knows who is at the keyboard, it may be somebody else soon. */
const SHOWN_TO_NOBODY_KNOWN_MS = 600_000;

export type ReportState = "waiting" | "arrived" | "not_taken";

interface Report {
  id: string;
  account: string;
  at: number;
  state: ReportState;
}

export async function noteReport(kept: Kept, id: string, account: string, at: number): Promise<void> {
  await kept.change<Report[]>("reports", (old) => [...(old ?? []), { id, account, at, state: "waiting" as const }].slice(-KEPT));
}

export async function noteResults(kept: Kept, results: readonly CaptureResult[]): Promise<void> {
  const states = new Map(results.map((r) => [r.id, r.status === "stored" || r.status === "duplicate" ? ("arrived" as const) : ("not_taken" as const)]));
  const reports = (await kept.get<Report[]>("reports")) ?? [];
  if (!reports.some((r) => states.has(r.id))) return;
  await kept.change<Report[]>("reports", (old) => (old ?? []).map((r) => ({ ...r, state: states.get(r.id) ?? r.state })));
}

/** The state of this account's newest report, if it is young enough. Whoever sits down next must not learn that somebody asked for help. */
export async function lastReport(kept: Kept, account: string, now: number): Promise<ReportState | null> {
  const last = ((await kept.get<Report[]>("reports")) ?? []).findLast((report) => report.account === account);
  return last && now - last.at < (account === "" ? SHOWN_TO_NOBODY_KNOWN_MS : SHOWN_MS) ? last.state : null;
}
