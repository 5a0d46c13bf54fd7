/** From something seen or typed to a capture on disk: the worker's one path. Everything that does not match ends here. */

import { makeCapture, pageAddress, windowRound } from "./capture";
import type { EarlierLines } from "./context";
import { lineOf } from "./context";
import { hostOf, isAiChat } from "./hosts";
import { isLocked } from "./locked";
import type { Assess, Finding } from "./matcher";
import type { PageMessage, TypedMessage } from "./messages";
import { isPrivate, isWatching } from "./policy";
import { isSearchHost } from "./search";
import type { Seen } from "./seen";
import type { PageState } from "./shot";
import { isSexual } from "./shot";
import { withoutTestPhrase } from "./testphrase";
import type { Account, Capture, Enrolment, Policy, Source } from "./wire";

const LINE_MS = 30 * 60_000;
const ECHO_MS = 10 * 60_000;
const SEARCH_MS = 60_000;
const CONTEXT_FROM = 3;
const LOCKED_RULE = "locked.url-list";

/** Where something was seen, as the browser says; nothing here comes from a page's message. */
export interface Place {
  tabId: number;
  frameUrl: string;
  tabUrl: string;
  title: string;
}

/** What is in force at the moment. */
export interface InForce {
  enrolment: Enrolment;
  policy: Policy;
  account: Account;
  bundleVersion: string;
  assess: Assess;
}

export type Teller = Pick<InForce, "enrolment" | "account" | "bundleVersion">;

export interface Kept {
  capture: Capture;
  severity: number;
  findings: readonly Finding[];
}

export interface ObserverParts {
  /** The policy alone, also while the library is still being unpacked. */
  policy: () => Policy | null;
  inForce: () => InForce | null;
  /** Who writes in "tell someone"; needs neither policy nor library, so that a browser that can't see can still be told. */
  teller: () => Teller | null;
  lines: EarlierLines;
  seen: Seen;
  /** Writes to the spool; resolves when on disk. */
  keep: (kept: Kept, place: Place) => Promise<void>;
  testSeen: (account: Account, at: Date) => Promise<void>;
  /** Told of each piece of text that is looked at, not of the text. */
  looked: () => void;
  pageState: (tabId: number, change: (old: PageState | undefined) => PageState) => void;
  now?: () => Date;
}

interface Told {
  fresh: Finding[];
  keys: [string, number][];
}

function plain(text: string): string {
  return text.toLowerCase().replace(/\s+/g, " ").trim();
}

/** UTF-16 offset → code points. */
function pointsBefore(text: string, units: number): number {
  let points = 0;
  for (let i = 0; i < units; i++) if ((text.charCodeAt(i) & 0xfc00) !== 0xdc00) points++;
  return points;
}

export class Observer {
  private readonly now: () => Date;

  constructor(private readonly parts: ObserverParts) {
    this.now = parts.now ?? (() => new Date());
  }

  /** What is in force for this place, or null: not set up, not now, or never here. */
  private forPlace(place: Place, at: Date): InForce | null {
    return this.maySense(place, at) ? this.parts.inForce() : null;
  }

  maySense(place: Place, at: Date = this.now()): boolean {
    const policy = this.parts.policy();
    return isWatching(policy, at) && !isPrivate(policy, place.frameUrl, place.tabUrl);
  }

  async typed(message: TypedMessage, place: Place): Promise<void> {
    const at = this.now();
    const inForce = this.forPlace(place, at);
    if (!inForce) return;
    this.parts.looked();
    const text = await this.testTaken(message.text, `${place.tabId}|${message.session}`, inForce, at);
    const source = typedSource(message, place);
    const earlier = await this.parts.lines.before(inForce.account.name, place.tabId, text, at.getTime());
    const assessment = inForce.assess(text, source, inForce.policy, earlier.map((line) => line.text));
    if (assessment.leavesDevice(inForce.policy.capture_from)) {
      const told = await this.freshInField(inForce, text, assessment.findings, message, place, at);
      await this.tell(inForce, place, source, text, told, assessment.severity, at);
    }
    await this.parts.lines.remember(inForce.account.name, place.tabId, message.session, lineOf(text, message.from, message.to), at.getTime());
  }

  /** Of one field: findings in the new part, and old ones that the new part made more severe. */
  private async freshInField(inForce: InForce, text: string, findings: readonly Finding[], message: TypedMessage, place: Place, at: Date): Promise<Told> {
    const from = pointsBefore(text, message.from) - 1;
    const to = pointsBefore(text, message.to) + 1;
    const points = Array.from(text);
    const told: Told = { fresh: [], keys: [] };
    for (const finding of findings) {
      const phrase = `${place.tabId}|${message.session}|${finding.rule}`;
      const here = `${phrase}|${plain(points.slice(Math.max(0, finding.start - 24), finding.end).join(""))}`;
      const isNew = finding.end > from && finding.start < to;
      if (await this.parts.seen.has(inForce.account.name, isNew ? here : phrase, finding.severity, at.getTime(), LINE_MS)) continue;
      told.fresh.push(finding);
      told.keys.push([phrase, finding.severity], [here, finding.severity], [echoKey(place, finding, points), finding.severity]);
    }
    return told;
  }

  /** A results page: what was searched for, unless the same was typed into a search box a moment ago. */
  async searched(query: string, place: Place): Promise<void> {
    const at = this.now();
    const inForce = this.forPlace(place, at);
    if (!inForce) return;
    this.parts.looked();
    const text = await this.testTaken(query, `${place.tabId}|search`, inForce, at);
    const assessment = inForce.assess(text, "searched", inForce.policy);
    if (!assessment.leavesDevice(inForce.policy.capture_from)) return;
    const points = Array.from(text);
    const told: Told = { fresh: [], keys: [] };
    for (const finding of assessment.findings) {
      const echo = echoKey(place, finding, points);
      if (await this.parts.seen.has(inForce.account.name, echo, finding.severity, at.getTime(), SEARCH_MS)) continue;
      told.fresh.push(finding);
      told.keys.push([echo, finding.severity]);
    }
    await this.tell(inForce, place, "searched", text, told, assessment.severity, at);
  }

  /** New text on a page: one capture a page and theme, and none for an echo of what the pupil wrote. */
  async displayed(message: PageMessage, place: Place): Promise<void> {
    const at = this.now();
    const inForce = this.forPlace(place, at);
    if (!inForce) return;
    this.parts.looked();
    const text = withoutTestPhrase(message.text, inForce.policy.test_phrase).rest;
    const assessment = inForce.assess(text, "displayed", inForce.policy);
    this.parts.pageState(place.tabId, (old) => ({ url: place.tabUrl, looked: true, sexual: isSexual(assessment.findings) || (old?.url === place.tabUrl && old.sexual) }));
    if (!assessment.leavesDevice(inForce.policy.capture_from)) return;
    const points = Array.from(text);
    const page = `page|${place.tabId}|${place.tabUrl.split(/[?#]/)[0]}`;
    const told: Told = { fresh: [], keys: [] };
    for (const finding of assessment.findings) {
      const theme = `${page}|${finding.theme}`;
      if (await this.parts.seen.has(inForce.account.name, theme, finding.severity, at.getTime(), LINE_MS)) continue;
      if (await this.parts.seen.has(inForce.account.name, echoKey(place, finding, points), 0, at.getTime(), ECHO_MS)) continue;
      told.fresh.push(finding);
      told.keys.push([theme, finding.severity]);
    }
    await this.tell(inForce, place, "displayed", text, told, assessment.severity, at);
  }

  /** A page on a list of known illegal content: place and time alone. No argument lets it pass. */
  async visited(url: string, place: Place): Promise<void> {
    const at = this.now();
    const inForce = this.forPlace(place, at);
    const text = pageAddress(url);
    if (!inForce || text === "" || !(await isLocked(url, inForce.policy.locked_lists ?? []))) return;
    const findings = [{ theme: "", rule: LOCKED_RULE, severity: 5, start: 0, end: Array.from(text).length }];
    const key = `locked|${place.tabId}|${text}`;
    if (await this.parts.seen.has(inForce.account.name, key, 5, at.getTime(), LINE_MS)) return;
    await this.tell(inForce, place, "displayed", text, { fresh: findings, keys: [[key, 5]] }, 5, at);
  }

  /** "Tell someone": always goes, whatever the hours; it has no hits. */
  async report(text: string): Promise<string | null> {
    const at = this.now();
    const teller = this.parts.teller();
    const words = Array.from(text.replaceAll("\u0000", " ").trim()).slice(0, 2_000).join("");
    if (!teller || words === "") return null;
    const { account, bundleVersion, enrolment } = teller;
    const capture = makeCapture({ source: "report", text: words, hits: [], bundleVersion, url: "", title: "", account, device: enrolment.device_id, at });
    await this.parts.keep({ capture, severity: 5, findings: [] }, { tabId: -1, frameUrl: "", tabUrl: "", title: "" });
    return capture.id;
  }

  private async testTaken(text: string, key: string, inForce: InForce, at: Date): Promise<string> {
    const { found, rest } = withoutTestPhrase(text, inForce.policy.test_phrase);
    const told = `test|${key}`;
    if (found && !(await this.parts.seen.has(inForce.account.name, told, 0, at.getTime(), SEARCH_MS))) {
      await this.parts.seen.add(inForce.account.name, [[told, 0]], at.getTime());
      await this.parts.testSeen(inForce.account, at);
    }
    return rest;
  }

  private async tell(inForce: InForce, place: Place, source: Source, text: string, told: Told, overall: number, at: Date): Promise<void> {
    const severity = Math.max(0, ...told.fresh.map((f) => f.severity));
    // Below the line only a locked rule leaves, and then the whole text was below it.
    if (told.fresh.length === 0 || (severity < inForce.policy.capture_from && overall >= inForce.policy.capture_from)) return;
    const window = windowRound(text, told.fresh);
    if (window.hits.length === 0) return;
    const capture = makeCapture({
      ...window,
      source,
      bundleVersion: inForce.bundleVersion,
      url: place.tabUrl,
      title: place.title,
      account: inForce.account,
      device: inForce.enrolment.device_id,
      at,
    });
    if (severity >= CONTEXT_FROM) {
      const before = await this.parts.lines.before(inForce.account.name, place.tabId, capture.text, at.getTime());
      if (before.length > 0) capture.context_before = before;
    }
    await this.parts.keep({ capture, severity, findings: told.fresh }, place);
    await this.parts.seen.add(inForce.account.name, told.keys, at.getTime());
  }
}

function echoKey(place: Place, finding: Finding, points: readonly string[]): string {
  return `echo|${place.tabId}|${finding.rule}|${plain(points.slice(finding.start, finding.end).join(""))}`;
}

export function typedSource(message: TypedMessage, place: Place): Source {
  if (isAiChat(hostOf(place.tabUrl)) || isAiChat(hostOf(place.frameUrl))) return "ai_chat";
  if (message.search && message.field !== "rich" && isSearchHost(place.tabUrl)) return "searched";
  return message.submitted ? "submitted" : "typed";
}
