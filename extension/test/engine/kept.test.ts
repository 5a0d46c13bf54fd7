/** What the engine keeps from text to text changes no answer. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Automaton } from "../../src/engine/automaton";
import { Folder, View } from "../../src/engine/fold";
import type { AutomatonContent } from "../../src/engine/types";

const [FIRST, LAST] = [3, 4];
/** The one pattern "FIRST ~1 LAST", laid out as automaton.py tells: its end, what follows the gap, what follows FIRST, the root. */
const GAPPED: AutomatonContent = { lists: [1, LAST + 1, 1, 0, 1, FIRST + 1], ends: [1, 0, 0, 0, 0], children: [0, 1, 2, 1], steps: [1, 2, 1, 1], words: [0, 0, 1, 2] };

test("more words than there is room for steps are all walked, again and again", () => {
  const different = 40_000;
  const automaton = new Automaton(GAPPED, different + LAST + 1);
  const words = new Int32Array(3 * different);
  const expected: number[] = [];
  for (let i = 0; i < different; i++) {
    words.set([FIRST, LAST + 1 + i, LAST], 3 * i);
    expected.push(3 * i, 3 * i + 3);
  }
  for (let turn = 0; turn < 2; turn++) assert.deepEqual(automaton.walk(words, words.length).spans(), new Map([[0, expected]]));
});

test("a gap stands for a word that no pattern names and for none, but not for two nor for the end", () => {
  const walked = (...words: number[]) => new Automaton(GAPPED, 6).walk(Int32Array.from(words), words.length).spans().get(0);
  assert.deepEqual(walked(FIRST, LAST), [0, 2]);
  assert.deepEqual(walked(0, FIRST, 0, LAST, 0), [1, 4]);
  assert.deepEqual(walked(FIRST, FIRST, LAST), [0, 3, 1, 3]);
  assert.equal(walked(FIRST, 0, 0, LAST), undefined);
  assert.equal(walked(FIRST), undefined);
});

test("a view that held a longer text holds the next one as a new view does", () => {
  const folder = new Folder({ same: [97, 26], nothing: [0x200b, 1], to: { ss: "ß", abcdefgh: "ﷺ", " ": " " } }, "🔪");
  const used = new View();
  folder.fold("ﷺ".repeat(50), used);
  for (const text of ["aß\u200bﷺ🔪 b", "ß", ""]) {
    const [fresh, again] = [folder.fold(text), folder.fold(text, used)];
    assert.equal(again.length, fresh.length);
    assert.deepEqual(again.codes.subarray(0, again.length), fresh.codes.subarray(0, fresh.length));
    assert.deepEqual(again.places.subarray(0, again.length), fresh.places.subarray(0, fresh.length));
  }
});
