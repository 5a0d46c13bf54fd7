/** How many pieces of text were looked at: a number for the heartbeat, so that a browser that reports but reads nothing is noticed. */

import type { Kept } from "./db";

const NAME = "lines-read";
const WRITE_MS = 10_000;

export class ReadCount {
  private unwritten = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly kept: Kept) {}

  /** Costs nothing now: it is written every ten seconds at most. */
  note(): void {
    this.unwritten++;
    this.timer ??= setTimeout(() => void this.write(), WRITE_MS);
  }

  private async write(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const more = this.unwritten;
    this.unwritten = 0;
    if (more > 0) await this.add(more);
  }

  private add(more: number): Promise<number> {
    return this.kept.change<number>(NAME, (old) => Math.min(2_000_000_000, Math.max(0, (old ?? 0) + more)));
  }

  async sinceLastHeartbeat(): Promise<number> {
    await this.write();
    return (await this.kept.get<number>(NAME)) ?? 0;
  }

  /** The gateway has heard of so many. */
  async told(count: number): Promise<void> {
    if (count > 0) await this.add(-count);
  }
}
