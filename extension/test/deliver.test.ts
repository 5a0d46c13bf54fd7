import assert from "node:assert/strict";
import { test } from "node:test";
import { type Answer, type Call, Refused, Unreachable } from "../src/api";
import { Deliverer } from "../src/deliver";
import { Spool } from "../src/spool";
import type { CaptureResult, Status } from "../src/wire";
import { capture, freshDatabase } from "./memory";

type Gateway = (ids: string[], call: number) => CaptureResult[] | Error;

interface Trial {
  deliverer: Deliverer;
  spool: Spool;
  batches: string[][];
  clock: { now: number };
  results: CaptureResult[];
}

async function trial(gateway: Gateway, texts: string[]): Promise<Trial> {
  const { db, kept } = await freshDatabase();
  const spool = await Spool.open(db, kept);
  for (const [i, text] of texts.entries()) await spool.put(capture(text, 1_000 + i), 3);
  const batches: string[][] = [];
  const results: CaptureResult[] = [];
  const clock = { now: 1_000_000 };
  const call = async ({ body }: Call): Promise<Answer> => {
    const { captures } = body as { captures: { id: string; device: string }[] };
    assert.ok(captures.every((c) => c.device === "enrolled-anew"));
    const sent = captures.map((c) => c.id);
    batches.push(sent);
    const answer = gateway(sent, batches.length);
    if (answer instanceof Error) throw answer;
    return { status: 200, headers: new Headers(), body: new TextEncoder().encode(JSON.stringify({ results: answer })).buffer };
  };
  const deliverer = new Deliverer({ spool, kept, call, device: "enrolled-anew", now: () => clock.now, onResults: async (some) => void results.push(...some) });
  return { deliverer, spool, batches, clock, results };
}

const all = (status: Status): Gateway => (ids) => ids.map((id) => ({ id, status }));

for (const status of ["stored", "duplicate", "counted", "out_of_scope"] as const) {
  test(`'${status}' is deleted`, async () => {
    const { deliverer, spool, results } = await trial(all(status), ["a", "b"]);
    assert.deepEqual(await deliverer.drain(), { againAt: null });
    assert.equal((await spool.counts()).captures, 0);
    assert.deepEqual(results.map((r) => r.status), [status, status]);
  });
}

test("'rejected' is set aside with a count, its neighbour delivered", async () => {
  const { deliverer, spool } = await trial((ids) => ids.map((id, i) => ({ id, status: i === 0 ? "rejected" : "stored" })), ["a", "b"]);
  await deliverer.drain();
  const counts = await spool.counts();
  assert.equal(counts.captures, 0);
  assert.equal(counts.set_aside, 1);
});

test("an id that the answer does not name stays", async () => {
  const { deliverer, spool, batches } = await trial((ids, n) => (n === 1 ? [{ id: ids[0]!, status: "stored" }] : new Unreachable("gone")), ["a", "b"]);
  await deliverer.drain();
  assert.equal((await spool.counts()).captures, 1);
  assert.equal(batches.length, 2);
});

test("an answer about other ids deletes nothing and is a failure", async () => {
  const { deliverer, spool } = await trial(() => [{ id: "somebody else's", status: "stored" }], ["a"]);
  assert.notEqual((await deliverer.drain()).againAt, null);
  assert.equal((await spool.counts()).captures, 1);
});

for (const failure of [new Unreachable("no network"), new Refused(401), new Refused(403), new Refused(409), new Refused(503)]) {
  test(`after '${failure.message}' everything stays, and the wait grows`, async () => {
    const { deliverer, spool, clock } = await trial(() => failure, ["a"]);
    const waits: number[] = [];
    for (let i = 0; i < 4; i++) {
      const { againAt } = await deliverer.drain();
      waits.push(againAt! - clock.now);
      clock.now = againAt!;
    }
    assert.equal((await spool.counts()).captures, 1);
    assert.ok(waits[0]! >= 750 && waits[0]! <= 1_250);
    assert.ok(waits[3]! >= 6_000 && waits[3]! <= 10_000);
  });
}

test("during the wait nothing is sent, unless somebody asks for help", async () => {
  const { deliverer, batches } = await trial(() => new Unreachable("no network"), ["a"]);
  await deliverer.drain();
  await deliverer.drain();
  assert.equal(batches.length, 1);
  await deliverer.drain(true);
  assert.equal(batches.length, 2);
});

test("Retry-After is obeyed", async () => {
  const { deliverer, clock } = await trial(() => new Refused(429, 60), ["a"]);
  assert.ok((await deliverer.drain()).againAt! >= clock.now + 60_000);
});

test("too large a batch is halved; a capture that is too large alone is set aside", async () => {
  const { deliverer, spool, batches } = await trial((ids) => (ids.length > 2 || batches.at(-1)!.includes(ids[0]!) && bad.has(ids[0]!) ? new Refused(413) : ids.map((id) => ({ id, status: "stored" }))), ["a", "b", "c", "d", "e"]);
  const bad = new Set<string>();
  await deliverer.drain();
  assert.equal((await spool.counts()).captures, 0);
  assert.deepEqual(batches.map((b) => b.length), [5, 2, 2, 1]);
  const huge = capture("huge");
  bad.add(huge.id);
  await spool.put(huge, 5);
  await deliverer.drain();
  assert.equal((await spool.counts()).set_aside, 1);
});

test("at most fifty go at once", async () => {
  const { deliverer, batches } = await trial(all("stored"), Array.from({ length: 60 }, (_, i) => `line ${i}`));
  await deliverer.drain();
  assert.deepEqual(batches.map((b) => b.length), [50, 10]);
});

test("two drains at once send each capture once", async () => {
  const { deliverer, batches } = await trial(all("stored"), ["a"]);
  await Promise.all([deliverer.drain(), deliverer.drain()]);
  assert.deepEqual(batches.map((b) => b.length), [1]);
});
