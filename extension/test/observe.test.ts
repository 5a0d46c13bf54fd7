import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { EarlierLines, lineOf } from "../src/context";
import type { Assess, Finding } from "../src/matcher";
import type { TypedMessage } from "../src/messages";
import { type InForce, type Kept, Observer, type Place } from "../src/observe";
import { Seen } from "../src/seen";
import { mayPicture, type PageState } from "../src/shot";
import type { Policy } from "../src/wire";
import { ENROLMENT, memorySession, policy } from "./memory";
import { captureSchema, faults } from "./schema";

const RULES: [RegExp, string, number][] = [[/kill myself|kms\b/g, "suicide", 5], [/nudes/g, "nudes", 4], [/spliff/g, "drugs", 2], [/vape/g, "drugs", 1]];

/** A matcher of four words, so that these tests speak of the path and not of the library. */
const assess: Assess = (text, source) => {
  const findings: Finding[] = RULES.flatMap(([pattern, theme, severity]) =>
    [...text.matchAll(pattern)].map((m) => {
      const start = Array.from(text.slice(0, m.index)).length;
      return { theme, rule: `${theme}.${m[0].replace(" ", "-")}`, severity: Math.max(1, source === "displayed" ? severity - 2 : severity), start, end: start + m[0].length };
    }),
  );
  const severity = Math.max(0, ...findings.map((f) => f.severity));
  return { severity, findings, leavesDevice: (from) => severity >= from };
};

interface Trial {
  observer: Observer;
  kept: Kept[];
  tests: number;
  looked: number;
  pages: Map<number, PageState>;
  clock: { now: number };
  inForce: InForce;
  lines: EarlierLines;
  seen: Seen;
  session: ReturnType<typeof memorySession>;
}

function trial(changes: Partial<Policy> = {}): Trial {
  const session = memorySession();
  const inForce: InForce = { enrolment: ENROLMENT, policy: policy(changes), account: { name: "", identity_confidence: "unknown", how: "none" }, bundleVersion: "1", assess };
  const made: Trial = { kept: [], tests: 0, looked: 0, pages: new Map(), clock: { now: Date.parse("2026-11-24T10:00:00Z") }, inForce, lines: new EarlierLines(session), seen: new Seen(session), session } as unknown as Trial;
  made.observer = new Observer({
    policy: () => made.inForce.policy,
    inForce: () => made.inForce,
    teller: () => made.inForce,
    lines: made.lines,
    seen: made.seen,
    keep: async (kept) => {
      assert.deepEqual(faults(captureSchema, kept.capture), []);
      made.kept.push(kept);
    },
    testSeen: async () => void made.tests++,
    looked: () => void made.looked++,
    pageState: (tab, change) => made.pages.set(tab, change(made.pages.get(tab))),
    now: () => new Date(made.clock.now),
  });
  return made;
}

const place: Place = { tabId: 1, frameUrl: "https://a.example/x", tabUrl: "https://a.example/x", title: "A page" };

function typed(text: string, more: Partial<TypedMessage> = {}): TypedMessage {
  return { kind: "typed", text, from: 0, to: text.length, session: "f.0", field: "area", search: false, submitted: false, ...more };
}

test("a line below the school's line is kept nowhere", async () => {
  const t = trial({ capture_from: 2 });
  await t.observer.typed(typed("i lost my vape"), place);
  await t.observer.typed(typed("the otters ate my biscuit"), place);
  assert.equal(t.kept.length, 0);
});

test("a phrase typed across a pause is one capture, however the line goes on", async () => {
  const t = trial();
  await t.observer.typed(typed("i want to kill"), place);
  await t.observer.typed(typed("i want to kill myself", { from: 14 }), place);
  await t.observer.typed(typed("i want to kill myself.", { from: 21 }), place);
  await t.observer.typed(typed("i want to kill myself. today", { from: 22 }), place);
  assert.equal(t.kept.length, 1);
});

test("the same words in a new line, and a new phrase in the old one, are captures of their own", async () => {
  const t = trial();
  await t.observer.typed(typed("kms"), place);
  await t.observer.typed(typed("kms", { session: "f.1" }), place);
  await t.observer.typed(typed("kms and a spliff", { session: "f.1", from: 3 }), place);
  assert.deepEqual(t.kept.map((k) => k.severity), [5, 5, 2]);
  assert.deepEqual(t.kept[2]!.capture.hits.map((h) => h.phrase), ["drugs.spliff"]);
});

test("a new mild word beside an old serious one is not made serious by it", async () => {
  const t = trial();
  await t.observer.typed(typed("kms"), place);
  await t.observer.typed(typed("kms my vape", { from: 3 }), place);
  assert.equal(t.kept.length, 1);
});

test("a search typed into the box and then seen in the address is one capture", async () => {
  const t = trial();
  const google = { ...place, tabUrl: "https://www.google.com/", frameUrl: "https://www.google.com/" };
  await t.observer.typed(typed("how to kill myself", { search: true, field: "area" }), google);
  await t.observer.searched("how to kill myself", { ...google, tabUrl: "https://www.google.com/search?q=how+to+kill+myself" });
  assert.deepEqual(t.kept.map((k) => k.capture.source), ["searched"]);
  t.clock.now += 61_000;
  await t.observer.searched("how to kill myself", google);
  assert.equal(t.kept.length, 2);
});

test("what a page shows is one capture for each page and theme", async () => {
  const t = trial();
  await t.observer.displayed({ kind: "page", text: "they spoke of kms\nkms again" }, place);
  await t.observer.displayed({ kind: "page", text: "and kms once more" }, place);
  assert.equal(t.kept.length, 1);
  assert.equal(t.kept[0]!.capture.source, "displayed");
  await t.observer.displayed({ kind: "page", text: "kms" }, { ...place, tabUrl: "https://a.example/y" });
  assert.equal(t.kept.length, 2);
});

test("a page that echoes what the pupil wrote is no second capture", async () => {
  const t = trial();
  await t.observer.typed(typed("i want to kill myself"), place);
  await t.observer.displayed({ kind: "page", text: "You: i want to Kill  myself".replace("Kill  ", "kill ") }, place);
  assert.equal(t.kept.length, 1);
});

test("nothing is sensed on a private page, in a private frame, outside hours, or when not monitored", async () => {
  for (const [changes, where] of [
    [{}, { ...place, tabUrl: "https://bank.example/" }],
    [{}, { ...place, frameUrl: "https://pay.bank.example/" }],
    [{ hours: { time_zone: "UTC", windows: [{ days: [1], from: "00:00", to: "00:01" }] } }, place],
    [{ monitor: false }, place],
  ] as [Partial<Policy>, Place][]) {
    const t = trial(changes);
    assert.equal(t.observer.maySense(where), false);
    await t.observer.typed(typed("kms"), where);
    await t.observer.displayed({ kind: "page", text: "kms" }, where);
    await t.observer.searched("kms", where);
    assert.equal(t.kept.length, 0);
    assert.deepEqual(await t.lines.before("", 1, "", t.clock.now), []);
  }
});

test("lines before go with a serious capture only, oldest first", async () => {
  const t = trial();
  await t.observer.typed(typed("nobody likes me", { session: "a.0" }), place);
  t.clock.now += 5_000;
  await t.observer.typed(typed("what is the point", { session: "a.1" }), place);
  t.clock.now += 5_000;
  await t.observer.typed(typed("a spliff", { session: "a.2" }), place);
  await t.observer.typed(typed("kms", { session: "a.3" }), place);
  assert.equal(t.kept[0]!.capture.context_before, undefined);
  assert.deepEqual(t.kept[1]!.capture.context_before, [
    { text: "nobody likes me", seconds_before: 10 },
    { text: "what is the point", seconds_before: 5 },
    { text: "a spliff", seconds_before: 0 },
  ]);
});

test("lines before come from the same tab, at most ten minutes, five lines and a thousand characters back", async () => {
  const t = trial();
  const before = async (): Promise<string[]> => (await t.lines.before("", 1, "", t.clock.now)).map((l) => l.text);
  await t.lines.remember("", 2, "x", "another tab", t.clock.now);
  assert.deepEqual(await before(), []);
  for (let i = 0; i < 8; i++) await t.lines.remember("", 1, `s${i}`, `line ${i}`, t.clock.now);
  assert.deepEqual(await before(), ["line 3", "line 4", "line 5", "line 6", "line 7"]);
  await t.lines.remember("", 1, "long", "x".repeat(2_000), t.clock.now);
  assert.deepEqual((await before()).map((l) => l.length), [1_000]);
  t.clock.now += 10 * 60_000 + 1;
  assert.deepEqual(await before(), []);
  await t.lines.remember("", 1, "s", "new", t.clock.now);
  await t.lines.wipeFor("");
  assert.deepEqual(await before(), []);
});

test("a line that grew stands once among the lines before", async () => {
  const t = trial();
  await t.lines.remember("", 1, "s", "i do not", t.clock.now);
  await t.lines.remember("", 1, "s", "i do not know", t.clock.now);
  assert.deepEqual((await t.lines.before("", 1, "", t.clock.now)).map((l) => l.text), ["i do not know"]);
  assert.equal(lineOf("one. two words here. three", 9, 14), "two words here.");
  assert.equal(lineOf("a\nbcd\ne", 3, 4), "bcd");
});

test("the test phrase is answered once, is no capture, and is gone from the rest", async () => {
  const t = trial();
  await t.observer.typed(typed("Seven purple kettles"), place);
  await t.observer.typed(typed("Seven purple kettles ok", { from: 20 }), place);
  assert.equal(t.tests, 1);
  assert.equal(t.kept.length, 0);
  await t.observer.typed(typed("seven purple kettles kms", { session: "g.0" }), place);
  assert.ok(!t.kept[0]!.capture.text.includes("kettles"));
});

test("a report goes at any hour, has no hits, and needs words", async () => {
  const t = trial({ hours: { time_zone: "UTC", windows: [{ days: [1], from: "00:00", to: "00:01" }] } });
  assert.equal(await t.observer.report("  "), null);
  assert.equal(await t.observer.report("please talk to me"), t.kept[0]!.capture.id);
  assert.deepEqual([t.kept[0]!.capture.source, t.kept[0]!.capture.hits, t.kept[0]!.capture.url], ["report", [], ""]);
  await t.observer.report("x".repeat(5_000));
  assert.equal(t.kept[1]!.capture.text.length, 2_000);
});

test("AI chats and forms are told apart from plain typing", async () => {
  const t = trial();
  await t.observer.typed(typed("kms"), { ...place, tabUrl: "https://chatgpt.com/c/1" });
  await t.observer.typed(typed("kms", { session: "g.0", submitted: true }), place);
  await t.observer.typed(typed("kms", { session: "h.0", search: true, field: "line" }), { ...place, tabUrl: "https://www.youtube.com/watch?v=1" });
  await t.observer.typed(typed("kms", { session: "i.0", search: true, field: "line" }), place);
  assert.deepEqual(t.kept.map((k) => k.capture.source), ["ai_chat", "submitted", "searched", "typed"]);
});

test("pictures: off by default, and never where something sexual may be", () => {
  const on = policy({ pictures: true });
  const page: PageState = { url: "https://docs.example/", looked: true, sexual: false };
  const suicide: Finding[] = [{ theme: "suicide", rule: "suicide.x", severity: 5, start: 0, end: 1 }];
  assert.ok(mayPicture(on, suicide, page, page.url));
  assert.ok(!mayPicture(policy(), suicide, page, page.url));
  for (const theme of ["nudes", "sexual_exploitation", "sexual_content", "abuse_disclosure"]) assert.ok(!mayPicture(on, [...suicide, { ...suicide[0]!, theme }], page, page.url), theme);
  assert.ok(!mayPicture(on, suicide, { ...page, sexual: true }, page.url));
  assert.ok(!mayPicture(on, suicide, { ...page, looked: false }, page.url));
  assert.ok(!mayPicture(on, suicide, undefined, page.url));
  assert.ok(!mayPicture(on, suicide, page, "https://docs.example/other"));
  assert.ok(!mayPicture(on, suicide, { ...page, url: "https://mail.google.com/" }, "https://mail.google.com/"));
});

test("a page with anything sexual on it is remembered as such, also below the school's line", async () => {
  const t = trial({ capture_from: 3 });
  await t.observer.displayed({ kind: "page", text: "nudes" }, place);
  assert.equal(t.kept.length, 0);
  await t.observer.displayed({ kind: "page", text: "more text" }, place);
  assert.deepEqual(t.pages.get(1), { url: place.tabUrl, looked: true, sexual: true });
});

test("a page on a locked list is told by place and time, once, with no picture", async () => {
  const digest = (text: string): string => createHash("sha256").update(text).digest("hex");
  const t = trial({ pictures: true, capture_from: 5, locked_lists: [{ kind: "url", sha256_prefix_bytes: 32, entries: [digest("bad.example/a")] }, { kind: "url", sha256_prefix_bytes: 8, entries: [digest("worse.example").slice(0, 16)] }] });
  const visit = async (url: string): Promise<void> => t.observer.visited(url, { ...place, frameUrl: url, tabUrl: url });
  for (const url of ["https://good.example/", "https://bad.example/b", "https://notworse.example/"]) await visit(url);
  assert.equal(t.kept.length, 0);
  await visit("http://www.Bad.example:80/a/?x=1#y");
  await visit("http://www.Bad.example:80/a/?x=1#y");
  await visit("https://worse.example/anything");
  assert.deepEqual(t.kept.map((k) => [k.severity, k.capture.hits[0]?.phrase]), [[5, "locked.url-list"], [5, "locked.url-list"]]);
  const url = "https://worse.example/anything";
  assert.ok(!mayPicture(policy({ pictures: true }), t.kept[1]!.findings, { url, looked: true, sexual: false }, url));
});

test("the lines before take part in the matching", async () => {
  const t = trial();
  const heard: (readonly string[])[] = [];
  t.inForce = { ...t.inForce, assess: (text, source, judging, earlier = []) => (heard.push(earlier), assess(text, source, judging)) };
  await t.observer.typed(typed("nobody sat with me", { session: "a.0" }), place);
  await t.observer.typed(typed("again today", { session: "a.1" }), place);
  assert.deepEqual(heard, [[], ["nobody sat with me"]]);
});

const account = (name: string): InForce["account"] => ({ name, identity_confidence: "certain", how: "managed" });

test("what one account wrote is unknown to the next: neither context, nor already told", async () => {
  const t = trial();
  t.inForce = { ...t.inForce, account: account("sam.reed") };
  await t.observer.typed(typed("nobody sat with me", { session: "a.0" }), place);
  await t.observer.typed(typed("kms", { session: "a.1" }), place);
  t.inForce = { ...t.inForce, account: account("ada.moss") };
  await t.lines.wipeFor("ada.moss");
  await t.seen.wipeFor("ada.moss");
  assert.ok(!JSON.stringify([...t.session.held]).includes("nobody sat"));
  await t.observer.typed(typed("kms", { session: "a.1" }), place);
  assert.deepEqual(t.kept.map((k) => [k.capture.account.name, k.capture.context_before?.length ?? 0]), [["sam.reed", 1], ["ada.moss", 0]]);
});

test("a line that was still on its way at the change is told as its writer's, and leaves nothing behind", async () => {
  const t = trial();
  t.inForce = { ...t.inForce, account: account("sam.reed") };
  await t.observer.typed(typed("nobody sat with me", { session: "a.0" }), place);
  const onItsWay = t.observer.typed(typed("kms", { session: "a.1" }), place);
  t.inForce = { ...t.inForce, account: account("ada.moss") };
  await t.lines.wipeFor("ada.moss");
  await t.seen.wipeFor("ada.moss");
  await onItsWay;
  assert.deepEqual(t.kept.map((k) => k.capture.account.name), ["sam.reed"]);
  assert.ok(!/nobody sat|kms/.test(JSON.stringify([...t.session.held])));
  assert.deepEqual(await t.lines.before("ada.moss", 1, "", t.clock.now), []);
});

test("closing a tab forgets its lines, whoever wrote them", async () => {
  const t = trial();
  await t.lines.forgetTab(1);
  await t.lines.remember("sam.reed", 1, "s", "one", t.clock.now);
  await t.lines.remember("sam.reed", 2, "s", "two", t.clock.now);
  await t.lines.forgetTab(1);
  assert.deepEqual(await t.lines.before("sam.reed", 1, "", t.clock.now), []);
  assert.equal((await t.lines.before("sam.reed", 2, "", t.clock.now)).length, 1);
});

test("each piece of text that is looked at is counted, and none that is not", async () => {
  const t = trial();
  await t.observer.typed(typed("a line"), place);
  await t.observer.displayed({ kind: "page", text: "a page" }, place);
  await t.observer.searched("a search", place);
  await t.observer.typed(typed("a line"), { ...place, tabUrl: "https://bank.example/" });
  assert.equal(t.looked, 3);
});
