/**
 * What the worker's matching costs: the whole bundle against 100 KB and against one line, offsets included.
 * `node bench.mjs BUNDLE TEXT` prints {"load_ms", "page_ms", "line_ms", "page_characters"}; medians, warm, one thread.
 */

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { performance } from "node:perf_hooks";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const PAGE_CHARACTERS = 100_000;
const PAGE_TURNS = 60;
const LINE_TURNS = 400;

const here = dirname(fileURLToPath(import.meta.url));
const [bundlePath, textPath] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "heedful-bench-"));
try {
  const outfile = join(folder, "engine.mjs");
  await build({ bundle: true, platform: "node", format: "esm", target: "node20", entryPoints: [join(here, "src", "engine", "index.ts")], outfile });
  const { assess, loadBundle } = await import(pathToFileURL(outfile).href);

  const compressed = new Uint8Array(readFileSync(bundlePath));
  const started = performance.now();
  const bundle = await loadBundle(compressed);
  const loadMs = performance.now() - started;

  const text = readFileSync(textPath, "utf-8").slice(0, PAGE_CHARACTERS);
  const lines = text.split(/(?<=[.?!])\s+/).filter((line) => line.length > 10).slice(0, 200);
  let kept = 0;
  const timed = (turns, one) => {
    const times = [];
    for (let turn = 0; turn < turns; turn++) {
      const from = performance.now();
      kept += one(turn).severity;
      times.push(performance.now() - from);
    }
    return times.slice(turns >> 2).sort((a, b) => a - b)[(turns - (turns >> 2)) >> 1];
  };
  const pageMs = timed(PAGE_TURNS, () => assess(bundle, { text, source: "displayed", ageBand: "ks3" }));
  const lineMs = timed(LINE_TURNS, (turn) => assess(bundle, { text: lines[turn % lines.length], source: "typed", ageBand: "ks3" }));
  console.log(JSON.stringify({ load_ms: loadMs, page_ms: pageMs, line_ms: lineMs, page_characters: text.length, kept }));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
