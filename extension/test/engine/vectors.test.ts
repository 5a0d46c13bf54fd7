/** Every vector of contracts/matching gives in TypeScript what it says, as it does in Python. */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { assess, type AgeBand, type Bundle, loadBundle, type Source } from "../../src/engine/index";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "..", "..");
const CONTRACTS = join(ROOT, "contracts", "matching");
const SHIPPED = "shipped.json";

interface Vector {
  name: string;
  text?: string;
  repeat?: { text: string; times: number };
  source?: Source;
  age_band?: AgeBand;
  context_before?: string[];
  expect: { severity: number; themes: Record<string, number>; leaves_device: boolean; hits: unknown[] };
}

const files = readdirSync(CONTRACTS).filter((name) => name.endsWith(".json"));
const folder = mkdtempSync(join(tmpdir(), "heedful-vectors-"));
const bundles = new Map<string, Bundle>();

async function compiled(name: string, options: string[]): Promise<Bundle> {
  const own = join(ROOT, ".venv", "bin", "heedful");
  const out = join(folder, `${name}.gz`);
  const done = spawnSync(existsSync(own) ? own : "heedful", ["bundle", "build", "--out", out, ...options], { encoding: "utf8" });
  assert.equal(done.status, 0, done.stderr);
  return loadBundle(new Uint8Array(readFileSync(out)));
}

before(async () => {
  bundles.set("fixed", await compiled("fixed", ["--library", join(CONTRACTS, "library")]));
  if (files.includes(SHIPPED)) bundles.set(SHIPPED, await compiled("shipped", []));
});

after(() => rmSync(folder, { recursive: true }));

for (const file of files) {
  const vectors = JSON.parse(readFileSync(join(CONTRACTS, file), "utf8")) as Vector[];
  test(`${file}: all ${vectors.length} vectors give what they say`, () => {
    const bundle = bundles.get(file) ?? (bundles.get("fixed") as Bundle);
    for (const { name, text, repeat, source, age_band, context_before, expect } of vectors) {
      const whole = text ?? (repeat as { text: string; times: number }).text.repeat((repeat as { times: number }).times);
      const found = assess(bundle, { text: whole, ...(source && { source }), ...(age_band && { ageBand: age_band }), ...(context_before && { contextBefore: context_before }) });
      const given = {
        severity: found.severity,
        themes: Object.fromEntries(Object.entries(found.themes).map(([theme, score]) => [theme, score / 1000])),
        leaves_device: found.leavesDevice(),
        hits: found.findings.map(({ start, end, rule, severity }) => ({ start, end, phrase: rule, severity })),
      };
      assert.deepEqual(given, expect, `${file}: ${name}`);
    }
  });
}
