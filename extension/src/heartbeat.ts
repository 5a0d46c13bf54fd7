/** "I am here": version, spool, clock, what is wrong if something is, and the answers to test phrases. Never any text. */

import { type Answer, bodyOf, type Call, Refused, Unreachable } from "./api";
import { rfc3339 } from "./clock";
import type { Kept } from "./db";
import type { Fault } from "./faults";
import { type Machine, onTheWire } from "./machine";
import type { SpoolCounts } from "./spool";
import { uuid7 } from "./uuid7";
import type { Account, TestAnswer } from "./wire";

const MAX_TESTS = 20;

export async function noteTest(kept: Kept, account: Account, at: Date): Promise<void> {
  const answer: TestAnswer = { id: uuid7(at.getTime()), observed_at: rfc3339(at), account };
  await kept.change<TestAnswer[]>("tests", (old) => [...(old ?? []), answer].slice(-MAX_TESTS));
}

export interface Vital {
  agentVersion: string;
  bundleVersion: string;
  policyVersion: string;
  account: Account;
  spool: SpoolCounts;
  machine: Machine;
  fault: Fault;
  linesRead: number;
  /** A policy keeps the extension in place. */
  forced: boolean;
  incognitoAllowed: boolean;
  policyHash: string;
}

export interface HeartbeatAnswer {
  server_time: string;
  policy_version: string;
  bundle_version: string;
}

/** The gateway's answer, or null when there was none; tests stay until they are taken. */
export async function sendHeartbeat(kept: Kept, call: (call: Call) => Promise<Answer>, vital: Vital): Promise<HeartbeatAnswer | null> {
  const tests = (await kept.get<TestAnswer[]>("tests")) ?? [];
  try {
    const answer = await call({
      method: "POST",
      path: "/device/v1/heartbeat",
      body: {
        agent_version: vital.agentVersion,
        bundle_version: vital.bundleVersion,
        policy_version: vital.policyVersion,
        account: vital.account,
        device_time: rfc3339(),
        spool: vital.spool,
        ...onTheWire(vital.machine),
        fault: vital.fault,
        lines_read: vital.linesRead,
        forced: vital.forced,
        incognito_allowed: vital.incognitoAllowed,
        policy_hash: vital.policyHash,
        tests,
      },
    });
    const sent = new Set(tests.map((t) => t.id));
    if (sent.size > 0) await kept.change<TestAnswer[]>("tests", (old) => (old ?? []).filter((t) => !sent.has(t.id)));
    return bodyOf(answer) as HeartbeatAnswer;
  } catch (error) {
    if (error instanceof Refused || error instanceof Unreachable || error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Minutes to the next one: ± 20 %, so that a school's devices do not all come at once. */
export function heartbeatMinutes(heartbeatSeconds: number, random: number = Math.random()): number {
  const seconds = Math.min(86_400, Math.max(60, heartbeatSeconds));
  return (seconds * (0.8 + 0.4 * random)) / 60;
}
