import assert from "node:assert/strict";
import { test } from "node:test";
import { answered, Kept, openDatabase } from "../src/db";
import { type Entry, overTheLimit, Spool } from "../src/spool";
import { capture, freshDatabase } from "./memory";

const MB = 1024 * 1024;

async function everything(db: IDBDatabase): Promise<string> {
  const stores = ["captures", "bodies", "pictures", "aside"];
  const rows = await Promise.all(stores.map((name) => answered(db.transaction(name).objectStore(name).getAll())));
  const bytes = (value: unknown): unknown =>
    value instanceof ArrayBuffer ? Buffer.from(value).toString("latin1") : value instanceof Uint8Array ? Buffer.from(value).toString("latin1") : value;
  return JSON.stringify(rows, (_key, value: unknown) => bytes(value));
}

test("what is put comes out, most severe first, then oldest", async () => {
  const { db, kept } = await freshDatabase();
  const spool = await Spool.open(db, kept);
  const [a, b, c] = [capture("first", 1_000), capture("second", 2_000), capture("third", 3_000)];
  await spool.put(b, 3);
  await spool.put(c, 5);
  await spool.put(a, 3);
  assert.deepEqual((await spool.next(50, MB, Date.now())).map((x) => x.text), ["third", "first", "second"]);
  assert.deepEqual((await spool.next(2, MB, Date.now())).length, 2);
});

test("nothing that was written can be read from the database", async () => {
  const { db, kept } = await freshDatabase();
  const spool = await Spool.open(db, kept);
  const one = capture("words that must not lie open");
  await spool.put(one, 5);
  await spool.addPicture(one.id, { media_type: "image/webp", data: "UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQ" });
  const lying = await everything(db);
  assert.ok(!lying.includes("must not lie open") && !lying.includes("a.example") && !lying.includes("UklGR"));
  assert.equal((await kept.get<CryptoKey>("spool-key"))!.extractable, false);
});

test("another start reads what the one before wrote", async () => {
  const { db, kept, name } = await freshDatabase();
  await (await Spool.open(db, kept)).put(capture("kept over a restart"), 5);
  db.close();
  const again = await openDatabase(name);
  const spool = await Spool.open(again, new Kept(again));
  assert.deepEqual((await spool.next(50, MB, Date.now())).map((c) => c.text), ["kept over a restart"]);
});

test("a capture waits for its picture, and no longer than it was told", async () => {
  const { db, kept } = await freshDatabase();
  const spool = await Spool.open(db, kept);
  const one = capture("with a picture");
  await spool.put(one, 4, 5_000);
  assert.equal((await spool.next(50, MB, 4_999)).length, 0);
  assert.equal(await spool.heldUntil(4_999), 5_000);
  assert.equal((await spool.next(50, MB, 5_000)).length, 1);
  await spool.addPicture(one.id, { media_type: "image/webp", data: "UklGRhoAAABXRUJQ" });
  assert.equal((await spool.next(50, MB, 0))[0]?.screenshot?.data, "UklGRhoAAABXRUJQ");
  await spool.addPicture("a capture that has gone", null);
  assert.equal((await spool.counts()).captures, 1);
});

test("a refused capture is set aside and counted, and blocks nobody", async () => {
  const { db, kept } = await freshDatabase();
  const spool = await Spool.open(db, kept);
  const [bad, good] = [capture("bad"), capture("good")];
  await spool.put(bad, 5);
  await spool.put(good, 2);
  await spool.setAside(bad.id);
  assert.deepEqual((await spool.next(50, MB, Date.now())).map((c) => c.text), ["good"]);
  assert.deepEqual(await spool.counts(), { captures: 1, bytes: (await spool.counts()).bytes, set_aside: 1, lost_pictures: 0, lost_captures: 0 });
});

test("over the number, the least severe go first, and are counted", async () => {
  const { db, kept } = await freshDatabase();
  const spool = await Spool.open(db, kept, { captures: 3, bytes: 50 * MB });
  for (const [text, severity] of [["a", 5], ["b", 2], ["c", 3], ["d", 2], ["e", 4]] as const) await spool.put(capture(text, 1_000 + text.charCodeAt(0)), severity);
  assert.deepEqual((await spool.next(50, MB, Date.now())).map((c) => c.text), ["a", "e", "c"]);
  assert.equal((await spool.counts()).lost_captures, 2);
});

const entry = (id: number, severity: number, pictureBytes = 0): Entry => ({ id: String(id), severity, bodyBytes: 10, pictureBytes, heldUntil: 0 });
const ids = (entries: Entry[]): string[] => entries.map((e) => e.id);

test("over the size, the oldest pictures go before any capture", () => {
  const going = overTheLimit([entry(1, 5, 100), entry(2, 1), entry(3, 5, 100), entry(4, 5, 100)], { captures: 10, bytes: 150 });
  assert.deepEqual(ids(going.pictures), ["1", "3"]);
  assert.deepEqual(going.captures, []);
});

test("when no picture is left, the lowest severity goes, oldest first", () => {
  const going = overTheLimit([entry(1, 5), entry(2, 1), entry(3, 1), entry(4, 2, 5)], { captures: 10, bytes: 25 });
  assert.deepEqual(ids(going.captures), ["2", "3"]);
  assert.deepEqual(ids(going.pictures), ["4"]);
});

test("within the limits nothing goes", () => {
  assert.deepEqual(overTheLimit([entry(1, 1, 20)], { captures: 1, bytes: 30 }), { pictures: [], captures: [] });
});

test("a capture that is spoilt on disk is counted as lost and blocks nobody", async () => {
  const { db, kept } = await freshDatabase();
  const spool = await Spool.open(db, kept);
  const [bad, good] = [capture("bad"), capture("good")];
  await spool.put(bad, 5);
  await spool.put(good, 2);
  const transaction = db.transaction("bodies", "readwrite");
  await answered(transaction.objectStore("bodies").put({ iv: new Uint8Array(12), box: new ArrayBuffer(40) }, bad.id));
  assert.deepEqual((await spool.next(50, MB, Date.now())).map((c) => c.text), ["good"]);
  assert.equal((await spool.counts()).lost_captures, 1);
});
