/**
 * Builds the extension. `node build.mjs` → dist/unpacked/ · `--tests` → dist/test/ · `--match` → dist/match.mjs.
 * `--out DIR` puts the unpacked extension elsewhere; `--quiet` says nothing.
 */

import { readdirSync, rmSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { buildBrowser } from "./browser.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const flags = process.argv.slice(2);
const node = { bundle: true, platform: "node", format: "esm", target: "node20", logLevel: "warning", sourcemap: "inline" };

function testFiles(folder = join(here, "test")) {
  return readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".test.ts")).map((name) => join(folder, name));
}

async function buildTests() {
  const out = join(here, "dist", "test");
  rmSync(out, { recursive: true, force: true });
  await build({ ...node, entryPoints: testFiles(), outdir: out, outbase: join(here, "test"), outExtension: { ".js": ".mjs" } });
}

async function buildMatch() {
  await build({ ...node, entryPoints: [join(here, "src", "match.ts")], outfile: join(here, "dist", "match.mjs"), sourcemap: false });
}

if (flags.includes("--tests")) await buildTests();
else if (flags.includes("--match")) await buildMatch();
else {
  const out = await buildBrowser(flags.includes("--out") ? flags[flags.indexOf("--out") + 1] : undefined);
  if (!flags.includes("--quiet")) console.log(`built ${relative(process.cwd(), out) || out}`);
}
