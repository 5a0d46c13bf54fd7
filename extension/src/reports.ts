/** What became of the messages that a pupil sent by "tell someone". Ids and states only. */

import type { Kept } from "./db";
import type { CaptureResult } from "./wire";

const KEPT = 20;

export type ReportState = "waiting" | "arrived" | "not_taken";

interface Report {
  id: string;
  at: number;
  state: ReportState;
}

export async function noteReport(kept: Kept, id: string, at: number): Promise<void> {
  await kept.change<Report[]>("reports", (old) => [...(old ?? []), { id, at, state: "waiting" as const }].slice(-KEPT));
}

export async function noteResults(kept: Kept, results: readonly CaptureResult[]): Promise<void> {
  const states = new Map(results.map((r) => [r.id, r.status === "stored" || r.status === "duplicate" ? ("arrived" as const) : ("not_taken" as const)]));
  const reports = (await kept.get<Report[]>("reports")) ?? [];
  if (!reports.some((r) => states.has(r.id))) return;
  await kept.change<Report[]>("reports", (old) => (old ?? []).map((r) => ({ ...r, state: states.get(r.id) ?? r.state })));
}

/** The state of the newest report, if it is younger than a day. */
export async function lastReport(kept: Kept, now: number): Promise<ReportState | null> {
  const last = ((await kept.get<Report[]>("reports")) ?? []).at(-1);
  return last && now - last.at < 86_400_000 ? last.state : null;
}
