/** The signed policy: fetched per account, verified, kept; what it says about now and here. */

import { type Answer, type Call, Refused, Unreachable } from "./api";
import type { Kept } from "./db";
import { hostOf, isListed } from "./hosts";
import { verifyPolicy } from "./signing";
import type { Enrolment, Policy } from "./wire";

interface HeldPolicy {
  policy: Policy;
  etag: string;
}

function hasShape(policy: Policy): boolean {
  return (
    typeof policy.version === "string" && typeof policy.monitor === "boolean" && Number.isInteger(policy.capture_from) && Array.isArray(policy.private_hosts) &&
    typeof policy.hours?.time_zone === "string" && Array.isArray(policy.hours.windows) && typeof policy.bundle?.sha256 === "string" && Array.isArray(policy.help) &&
    (policy.layers === undefined || Array.isArray(policy.layers))
  );
}

export class Policies {
  constructor(private readonly kept: Kept, private readonly enrolment: Enrolment, private readonly call: (call: Call) => Promise<Answer>) {}

  /** The last good policy for this account, else the one for "unknown"; null before the first. */
  async held(account: string): Promise<Policy | null> {
    const own = await this.kept.get<HeldPolicy>(`policy:${account.toLowerCase()}`);
    return (own ?? (await this.kept.get<HeldPolicy>("policy:")))?.policy ?? null;
  }

  /** Asks the gateway; what can't be had or verified leaves the last good one in force. True when it answered well. */
  async refresh(account: string): Promise<boolean> {
    const name = `policy:${account.toLowerCase()}`;
    const old = await this.kept.get<HeldPolicy>(name);
    try {
      const answer = await this.call({ method: "GET", path: `/device/v1/policy?account=${encodeURIComponent(account)}`, ...(old?.etag ? { headers: { "If-None-Match": old.etag } } : {}) });
      if (answer.status === 304) return true;
      const policy = await this.verified(answer);
      if (!policy) return false;
      await this.kept.put(name, { policy, etag: answer.headers.get("ETag") ?? "" } satisfies HeldPolicy);
      return true;
    } catch (error) {
      if (error instanceof Refused || error instanceof Unreachable) return false;
      throw error;
    }
  }

  private async verified(answer: Answer): Promise<Policy | null> {
    const signature = answer.headers.get("Heedful-Server-Signature") ?? "";
    const { device_id, server_public_key } = this.enrolment;
    if (!(await verifyPolicy(server_public_key, signature, device_id, answer.body))) return null;
    const policy = JSON.parse(new TextDecoder().decode(answer.body)) as Policy;
    return policy.device_id === device_id && hasShape(policy) ? policy : null;
  }
}

interface LocalTime {
  /** 1 Monday to 7 Sunday. */
  day: number;
  /** "HH:MM" */
  time: string;
}

const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

function localTime(now: Date, timeZone: string): LocalTime {
  const format = new Intl.DateTimeFormat("en-GB", { timeZone, weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const parts = Object.fromEntries(format.formatToParts(now).map((p) => [p.type, p.value]));
  return { day: DAYS.indexOf(parts.weekday ?? "") + 1, time: `${parts.hour}:${parts.minute}` };
}

/** True inside one of the windows; no windows means always. A window over midnight belongs to the day it begins on. */
export function isWithinHours(hours: Policy["hours"], now: Date): boolean {
  if (hours.windows.length === 0) return true;
  const { day, time } = localTime(now, hours.time_zone);
  const before = day === 1 ? 7 : day - 1;
  return hours.windows.some(({ days, from, to }) =>
    from <= to ? days.includes(day) && time >= from && time < to : (days.includes(day) && time >= from) || (days.includes(before) && time < to),
  );
}

/** True where nothing may be read: the frame's own address or its tab's is on the school's private list. */
export function isPrivate(policy: Policy, ...urls: (string | undefined)[]): boolean {
  return urls.some((url) => url !== undefined && isListed(hostOf(url), policy.private_hosts));
}

export function isWatching(policy: Policy | null, now: Date): policy is Policy {
  return policy !== null && policy.monitor && isWithinHours(policy.hours, now);
}
