/** How long to wait after the nth failure in a row: 1 s doubling to 5 minutes, ± 25 % so that a school does not knock at once. */
export function backoffMs(failures: number, random: number = Math.random()): number {
  const base = Math.min(300_000, 1_000 * 2 ** Math.min(20, Math.max(0, failures - 1)));
  return Math.round(base * (0.75 + 0.5 * random));
}

/** Below this a timer is worth setting; a worker may sleep through a longer one, so an alarm is always set too. */
export const TIMER_MS = 25_000;
/** Chromium rings no alarm sooner than this. */
export const MIN_ALARM_MS = 30_000;
