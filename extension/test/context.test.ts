/** What stands before a line when it is matched: the words of one chat, one by one, and none of them lost. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { EarlierLines } from "../src/context";
import { type Kept, Observer, type Place } from "../src/observe";
import { Seen } from "../src/seen";
import { ENROLMENT, memorySession, policy } from "./memory";

const AT = Date.parse("2026-11-24T10:00:00Z");
const PLACE: Place = { tabId: 1, frameUrl: "https://a.example/x", tabUrl: "https://a.example/x", title: "" };
const FOUND = [{ theme: "suicide", rule: "suicide.kill-myself", severity: 5, start: 0, end: 4 }];

test("a line of one word that is a part of another word stays among the lines before", async () => {
  const lines = new EarlierLines(memorySession());
  for (const [i, word] of ["i", "want", "to"].entries()) await lines.remember("", 1, `w.${i}`, word, AT);
  const before = async (text: string): Promise<string[]> => (await lines.before("", 1, text, AT)).map((line) => line.text);
  assert.deepEqual(await before("die"), ["i", "want", "to"]);
  assert.deepEqual(await before("to die i think"), ["want"]);
  assert.deepEqual(await before("𝓲i to"), ["i", "want"]);
});

test("each line of a chat is matched with the lines before it, and the serious one goes with them", async () => {
  const heard: (readonly string[])[] = [];
  const kept: Kept[] = [];
  const inForce = {
    enrolment: ENROLMENT, policy: policy({}), account: { name: "", identity_confidence: "unknown", how: "none" } as const, bundleVersion: "1",
    assess: (_text: string, _source: unknown, _judging: unknown, earlier: readonly string[] = []) => {
      heard.push(earlier);
      const findings = earlier.length > 2 ? FOUND : [];
      return { severity: findings.length > 0 ? 5 : 0, findings, leavesDevice: () => findings.length > 0 };
    },
  };
  const session = memorySession();
  const observer = new Observer({
    policy: () => inForce.policy, inForce: () => inForce, teller: () => inForce, lines: new EarlierLines(session), seen: new Seen(session),
    keep: async (one) => void kept.push(one), testSeen: async () => {}, looked: () => {}, pageState: () => {}, now: () => new Date(AT),
  });
  for (const [i, text] of ["i", "kill", "my", "self"].entries()) {
    await observer.typed({ kind: "typed", text, from: 0, to: text.length, session: `c.${i}`, field: "area", search: false, submitted: false }, PLACE);
  }
  assert.deepEqual(heard, [[], ["i"], ["i", "kill"], ["i", "kill", "my"]]);
  assert.deepEqual(kept.map(({ capture }) => [capture.text, capture.context_before?.map((line) => line.text)]), [["self", ["i", "kill", "my"]]]);
});
