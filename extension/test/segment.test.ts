import assert from "node:assert/strict";
import { test } from "node:test";
import { endsSentence, LineTracker, MAX_PIECE } from "../src/segment";

function newPart(piece: { text: string; from: number; to: number } | undefined): string | undefined {
  return piece && piece.text.slice(piece.from, piece.to);
}

test("nothing new gives nothing", () => {
  const lines = new LineTracker();
  assert.deepEqual(lines.flush(), []);
  lines.update("   ");
  assert.deepEqual(lines.flush(), []);
  lines.update("hello");
  assert.equal(lines.flush().length, 1);
  assert.deepEqual(lines.flush(), []);
  lines.update("hello");
  assert.deepEqual(lines.flush(), []);
});

test("a line that grows across a pause is whole, and only its new part is new", () => {
  const lines = new LineTracker();
  lines.update("i want to");
  lines.flush();
  lines.update("i want to go home");
  const [piece] = lines.flush();
  assert.equal(piece?.text, "i want to go home");
  assert.equal(newPart(piece), " go home");
});

test("a change in the middle is found where it is", () => {
  const lines = new LineTracker();
  lines.update("we went home today");
  lines.flush();
  lines.update("we ran and went home today");
  assert.equal(newPart(lines.flush()[0]), "ran and ");
});

test("a box that was emptied by the page begins a new line, also with the same words", () => {
  const lines = new LineTracker();
  lines.update("kms");
  assert.equal(lines.flush()[0]?.generation, 0);
  lines.update("k");
  lines.update("km");
  lines.update("kms");
  const [piece] = lines.flush();
  assert.equal(newPart(piece), "kms");
  assert.equal(piece?.generation, 1);
});

test("the same words pasted again are a new line", () => {
  const lines = new LineTracker();
  lines.update("i am here", true);
  lines.flush();
  lines.update("i am here", true);
  assert.equal(lines.flush().length, 1);
});

test("an emptied box whose text was never flushed still gives its text", () => {
  const lines = new LineTracker();
  lines.update("send this");
  assert.equal(lines.flush()[0]?.text, "send this");
  lines.update("");
  assert.deepEqual(lines.flush(), []);
});

test("a long text is widened by no more than the overlap, and at a word", () => {
  const lines = new LineTracker();
  const old = "word ".repeat(1_000);
  lines.update(old);
  lines.flush();
  lines.update(`${old}new end`);
  const [piece] = lines.flush();
  assert.ok(piece && piece.text.length < 400);
  assert.ok(piece.text.startsWith("word"));
  assert.equal(newPart(piece), "new end");
});

test("a huge paste is cut into overlapping pieces that hold every word", () => {
  const lines = new LineTracker();
  const words = Array.from({ length: 30_000 }, (_, i) => `w${i}`);
  lines.update(words.join(" "), true);
  const pieces = lines.flush();
  assert.ok(pieces.every((p) => p.text.length <= MAX_PIECE));
  const seen = new Set(pieces.flatMap((p) => p.text.split(" ")));
  assert.ok(words.every((w) => seen.has(w)));
});

test("no cut splits a character outside the basic plane", () => {
  const lines = new LineTracker();
  lines.update("🔪".repeat(30_000), true);
  for (const { text } of lines.flush()) assert.ok(text.isWellFormed());
});

test("sentence ends are known", () => {
  for (const c of [".", "?", "!", "\n", "。"]) assert.ok(endsSentence(c));
  for (const c of ["a", " ", "", null, undefined]) assert.ok(!endsSentence(c));
});

test("what stood in the field before the first key is neither new nor context", () => {
  const lines = new LineTracker();
  lines.begin("written at home");
  assert.deepEqual(lines.flush(), []);
  lines.update("written at home and now at school");
  assert.deepEqual(lines.flush().map((p) => p.text), [" and now at school"]);
  lines.update("written late at home and now at school");
  assert.deepEqual(lines.flush().map((p) => p.text), ["late "]);
  lines.update("written late at home and now at school today");
  assert.equal(lines.flush()[0]?.text.includes("written"), false);
});
