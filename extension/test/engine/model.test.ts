/** The small model gives in TypeScript the numbers and decisions that its vectors say, as it does in Python. */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { assess, type Bundle, type Finding, type Layer, loadBundle, type Observation } from "../../src/engine/index";
import { assessorOf } from "../../src/matcher";
import { logits, type ModelVector, observationOf } from "./logits";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "..", "..");
const CONTRACTS = join(ROOT, "contracts", "matching");
const vectors = JSON.parse(readFileSync(join(CONTRACTS, "model", "vectors.json"), "utf8")) as ModelVector[];
const folder = mkdtempSync(join(tmpdir(), "heedful-model-"));
let bundle: Bundle;
let bare: Bundle;

async function compiled(name: string, options: string[]): Promise<Bundle> {
  const own = join(ROOT, ".venv", "bin", "heedful");
  const out = join(folder, `${name}.gz`);
  const done = spawnSync(existsSync(own) ? own : "heedful", ["bundle", "build", "--library", join(CONTRACTS, "library"), "--out", out, ...options], { encoding: "utf8" });
  assert.equal(done.status, 0, done.stderr);
  return loadBundle(new Uint8Array(readFileSync(out)));
}

before(async () => {
  bundle = await compiled("model", ["--model", join(CONTRACTS, "model", "device.bin")]);
  bare = await compiled("bare", []);
});

after(() => rmSync(folder, { recursive: true }));

const hits = (findings: readonly Finding[]) => findings.map(({ start, end, rule, severity }) => ({ start, end, phrase: rule, severity }));

test(`all ${vectors.length} vectors give the decisions and the logits that they say, in any order`, () => {
  for (const vector of [...vectors, ...vectors.toReversed()]) {
    const observation = observationOf(vector);
    const found = assess(bundle, observation);
    const given = {
      severity: found.severity,
      themes: Object.fromEntries(Object.entries(found.themes).map(([theme, score]) => [theme, score / 1000])),
      leaves_device: found.leavesDevice(),
      hits: hits(found.findings),
      silenced: hits(found.silenced),
      logits: logits(bundle, observation),
    };
    assert.deepEqual(given, vector.expect, vector.name);
  }
});

const FAR = "you loser i won again at mario kart lol what time does the bus leave i have maths homework for monday can we play nobody would notice if i was gone";

test("either layer can be left out, and a bundle without a model has only phrases", () => {
  const line: Observation = { text: FAR };
  const rules = (of: Bundle, ...layers: Layer[]) => assess(of, line, new Set(layers)).findings.map(({ rule }) => rule);
  assert.deepEqual(rules(bundle, "phrases", "model"), ["model.suicide"]);
  assert.deepEqual(rules(bundle, "phrases"), ["bullying.loser"]);
  assert.deepEqual(rules(bundle, "model"), ["model.suicide"]);
  assert.deepEqual(rules(bundle), []);
  assert.deepEqual(rules(bare, "phrases", "model"), ["bullying.loser"]);
});

test("on a device the signed policy says whether the model is asked", () => {
  const judge = assessorOf(bundle);
  const rules = (layers?: string[]) => judge(FAR, "typed", { age_band: "unknown", ...(layers && { layers }) }).findings.map(({ rule }) => rule);
  assert.deepEqual(rules(["phrases", "model"]), ["model.suicide"]);
  assert.deepEqual(rules(["phrases"]), ["bullying.loser"]);
  assert.deepEqual(rules(), ["bullying.loser"]);
  assert.deepEqual(rules([]), ["bullying.loser"]);
  assert.deepEqual(rules(["model", "a-layer-of-next-year"]), ["model.suicide"]);
});

test("a finding of the model and a silenced one say so in plain words", () => {
  const { findings, silenced } = assess(bundle, { text: FAR });
  assert.match(findings[0]?.why ?? "", /^No known phrase in it is this serious, .* reads like Suicide\. This is the software's guess: please read it yourself\. Starts at severity 3\.$/);
  assert.match(silenced[0]?.why ?? "", /; left out: the words around it look harmless\.$/);
});
