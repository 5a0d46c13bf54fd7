/** What the popup and the notice page show. */

import type { Mode } from "./badge";
import type { Fault } from "./faults";
import type { Heedful } from "./heedful";
import { agentVersion } from "./platform";
import { lastReport, type ReportState } from "./reports";
import type { HelpLine, Policy } from "./wire";

export interface Status {
  mode: Mode;
  fault: Fault;
  /** Nothing is looked at because of the fault. */
  dark: boolean;
  version: string;
  school: string;
  /** The account as the school knows it; empty when nobody is known. */
  account: string;
  /** The school's name for this device; empty when it gave none. */
  device: string;
  notice: Policy["notice"] | null;
  help: HelpLine[];
  pictures: boolean;
  waiting: number;
  lastDelivered: number | null;
  canTell: boolean;
  report: ReportState | null;
}

export async function statusOf(heedful: Heedful): Promise<Status> {
  const policy = heedful.currentPolicy;
  return {
    mode: heedful.mode(),
    fault: heedful.fault,
    dark: heedful.isDark,
    version: agentVersion(),
    school: heedful.school,
    account: heedful.who.name,
    device: heedful.deviceLabel,
    notice: policy?.notice ?? null,
    help: policy?.help ?? [],
    pictures: policy?.pictures ?? false,
    waiting: (await heedful.spool.counts()).captures,
    lastDelivered: (await heedful.kept.get<number>("last-delivered")) ?? null,
    canTell: heedful.canTell,
    report: await lastReport(heedful.kept, heedful.who.name, Date.now()),
  };
}
