/** Builds the extension that a browser loads: `dist/unpacked/`, ready to be packed by the server. */

import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { manifest } from "./manifest.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const ENTRIES = ["worker", "content", "shadow", "popup", "notice"];

/** Everything is bundled into plain scripts: no module is loaded at run time, none from outside. */
export async function buildBrowser(out = join(here, "dist", "unpacked")) {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(join(out, "icons"), { recursive: true });
  await build({
    entryPoints: ENTRIES.map((name) => join(here, "src", `${name}.ts`)),
    outdir: out,
    bundle: true,
    format: "iife",
    target: "chrome137",
    minify: true,
    legalComments: "none",
    charset: "utf8",
    logLevel: "warning",
  });
  const { version } = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));
  writeFileSync(join(out, "manifest.json"), `${JSON.stringify(manifest(version), null, 2)}\n`);
  for (const name of ["popup.html", "notice.html", "pages.css", "managed_schema.json"]) cpSync(join(here, "static", name), join(out, name));
  for (const size of [16, 32, 48, 128]) cpSync(join(here, "icons", `${size}.png`), join(out, "icons", `${size}.png`));
  return out;
}
