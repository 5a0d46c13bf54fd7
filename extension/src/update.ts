/** A new version is taken up by itself: once nobody is in the middle of a line and nothing is on its way. */

import type { Kept } from "./db";

const NAME = "update-waiting";
/** So long must nobody have written or read anything new. */
export const QUIET_MS = 5_000;
/** In a browser where it is never quiet it waits no longer than this. Pages are then sensed anew; at most an unfinished line goes. */
export const LONGEST_MS = 15 * 60_000;
const LOOK_AGAIN_MS = 1_000;

interface Waiting {
  version: string;
  /** The version that was told; another one running means that the update has happened. */
  from: string;
  since: number;
}

export interface UpdateParts {
  kept: Kept;
  current: string;
  /** Something is being written, sent or pictured. */
  isBusy: () => boolean;
  /** When the last text was looked at (ms); 0 when none was since the worker began. */
  lastText: () => number;
  reload: () => void;
  /** A timer while the worker lives, and an alarm that wakes it when it does not. */
  lookAgain: (ms: number) => void;
  now?: () => number;
}

export class Update {
  private readonly now: () => number;

  constructor(private readonly parts: UpdateParts) {
    this.now = parts.now ?? Date.now;
  }

  async available(version: string): Promise<void> {
    const { kept, current } = this.parts;
    await kept.change<Waiting>(NAME, (old) => (old?.version === version && old.from === current ? old : { version, from: current, since: this.now() }));
    await this.look();
  }

  /** Takes up the version that waits, if there is one and this is the moment. */
  async look(): Promise<void> {
    const { kept, current, isBusy, lastText, reload, lookAgain } = this.parts;
    const waiting = await kept.get<Waiting>(NAME);
    if (!waiting) return;
    if (waiting.from !== current) return kept.remove(NAME);
    const now = this.now();
    const isQuiet = now - lastText() >= QUIET_MS || now - waiting.since >= LONGEST_MS;
    if (!isQuiet || isBusy()) return lookAgain(LOOK_AGAIN_MS);
    // Forgotten first: should the browser have nothing new after all, it is not tried again and again.
    await kept.remove(NAME);
    reload();
  }
}
