import assert from "node:assert/strict";
import { test } from "node:test";
import { LONGEST_MS, QUIET_MS, Update } from "../src/update";
import type { Kept } from "../src/db";
import { freshDatabase } from "./memory";

interface Trial {
  update: Update;
  kept: Kept;
  clock: { now: number };
  busy: boolean;
  lastText: number;
  reloads: number;
  looks: number;
}

async function trial(current = "0.1.0"): Promise<Trial> {
  const { kept } = await freshDatabase();
  const made = { kept, clock: { now: 1_000_000 }, busy: false, lastText: 0, reloads: 0, looks: 0 } as Trial;
  made.update = new Update({
    kept, current, isBusy: () => made.busy, lastText: () => made.lastText, reload: () => void made.reloads++, lookAgain: () => void made.looks++, now: () => made.clock.now,
  });
  return made;
}

test("in a quiet browser a new version is taken up at once", async () => {
  const t = await trial();
  await t.update.available("0.1.1");
  assert.deepEqual([t.reloads, t.looks], [1, 0]);
});

test("it waits while somebody writes, and while something is on its way", async () => {
  const t = await trial();
  t.lastText = t.clock.now - 100;
  await t.update.available("0.1.1");
  t.clock.now += QUIET_MS;
  t.busy = true;
  await t.update.look();
  assert.deepEqual([t.reloads, t.looks], [0, 2]);
  t.busy = false;
  await t.update.look();
  assert.equal(t.reloads, 1);
});

test("where it is never quiet it comes after a quarter of an hour, and still not into the middle of a delivery", async () => {
  const t = await trial();
  t.lastText = t.clock.now;
  await t.update.available("0.1.1");
  t.clock.now += LONGEST_MS;
  t.lastText = t.clock.now;
  t.busy = true;
  await t.update.look();
  assert.equal(t.reloads, 0);
  t.busy = false;
  await t.update.look();
  assert.equal(t.reloads, 1);
});

test("a worker that was killed meanwhile still knows; the new version is not reloaded again", async () => {
  const t = await trial();
  t.lastText = t.clock.now;
  await t.update.available("0.1.1");
  const again = await trial("0.1.1");
  const after = new Update({ kept: t.kept, current: "0.1.1", isBusy: () => false, lastText: () => 0, reload: () => void again.reloads++, lookAgain: () => undefined, now: () => t.clock.now });
  await after.look();
  assert.equal(again.reloads, 0);
  assert.equal(await t.kept.get("update-waiting"), undefined);
});

test("a reload that brings nothing new is not tried again", async () => {
  const t = await trial();
  await t.update.available("0.1.1");
  await t.update.look();
  assert.equal(t.reloads, 1);
});
