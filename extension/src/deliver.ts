/** Sends what the spool holds, and deletes only what the gateway has answered for. */

import { type Answer, bodyOf, type Call, Refused, Unreachable } from "./api";
import { backoffMs } from "./backoff";
import type { Kept } from "./db";
import type { Spool } from "./spool";
import type { CaptureResult, Status } from "./wire";

const BATCH = 50;
const BATCH_BYTES = 12 * 1024 * 1024;
const DONE: ReadonlySet<Status> = new Set(["stored", "duplicate", "counted", "out_of_scope"]);

export interface Delivered {
  /** When to try again (ms); null when nothing waits. */
  againAt: number | null;
}

interface Waiting {
  failures: number;
  until: number;
}

export interface DeliverParts {
  spool: Spool;
  kept: Kept;
  call: (call: Call) => Promise<Answer>;
  /** The device as it is enrolled now; what was spooled under an earlier enrolment goes as this one. */
  device: string;
  /** Told of every answer, so that the popup can say what became of a report. */
  onResults?: (results: readonly CaptureResult[]) => Promise<void>;
  now?: () => number;
}

export class Deliverer {
  private running: Promise<Delivered> | null = null;
  private again = false;
  private readonly now: () => number;

  constructor(private readonly parts: DeliverParts) {
    this.now = parts.now ?? Date.now;
  }

  get isRunning(): boolean {
    return this.running !== null;
  }

  /** One drain at a time; a call during one makes it look once more. `force` ignores the back-off. */
  drain(force = false): Promise<Delivered> {
    if (this.running) {
      this.again = true;
      return this.running;
    }
    this.running = this.drainAll(force).finally(() => (this.running = null));
    return this.running;
  }

  private async drainAll(force: boolean): Promise<Delivered> {
    const { spool, kept } = this.parts;
    const waiting = await kept.get<Waiting>("delivery-wait");
    if (!force && waiting && waiting.until > this.now() && waiting.until < this.now() + 400_000) return { againAt: waiting.until };
    let size = BATCH;
    for (;;) {
      this.again = false;
      const batch = await spool.next(size, BATCH_BYTES, this.now());
      if (batch.length === 0) {
        if (this.again) continue;
        await kept.remove("delivery-wait");
        return { againAt: await spool.heldUntil(this.now()) };
      }
      try {
        const answer = await this.parts.call({ method: "POST", path: "/device/v1/captures", body: { captures: batch.map((capture) => ({ ...capture, device: this.parts.device })) } });
        await this.settle(batch.map((c) => c.id), bodyOf(answer));
        if (waiting) await kept.remove("delivery-wait");
      } catch (error) {
        const tooMuch = error instanceof Refused && (error.status === 413 || error.status === 422);
        if (tooMuch && batch.length > 1) size = Math.max(1, Math.floor(batch.length / 2));
        else if (tooMuch) await spool.setAside(batch[0]!.id);
        else return this.failed(error);
      }
    }
  }

  /** Takes each id's status; an id that the answer does not name stays. */
  private async settle(sent: readonly string[], body: unknown): Promise<void> {
    const results = ((body as { results?: CaptureResult[] }).results ?? []).filter((r) => sent.includes(r.id));
    if (results.length === 0) throw new Refused(200);
    await this.parts.onResults?.(results);
    await this.parts.spool.remove(results.filter((r) => DONE.has(r.status)).map((r) => r.id));
    for (const { id, status } of results) if (status === "rejected") await this.parts.spool.setAside(id);
  }

  private async failed(error: unknown): Promise<Delivered> {
    if (!(error instanceof Refused || error instanceof Unreachable || error instanceof SyntaxError)) throw error;
    const asked = error instanceof Refused && error.retryAfterSeconds !== null ? Math.min(300, error.retryAfterSeconds) * 1_000 : 0;
    const { until } = await this.parts.kept.change<Waiting>("delivery-wait", (old) => {
      const failures = (old?.failures ?? 0) + 1;
      return { failures, until: this.now() + Math.max(asked, backoffMs(failures)) };
    });
    return { againAt: until };
  }
}
