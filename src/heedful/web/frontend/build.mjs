/*
 * Builds what the console's pages load from other people's packages, into ../static/heedful/vendor/ (never
 * committed, shipped in the wheel). Run by `make`; by hand: `npm run build`, or `npm run build -- --whole` to keep
 * every Tabler class while you write a page. What comes out, as static files:
 *
 *   heedful/vendor/tabler.css      Tabler in one file, only the classes that templates, Python and scripts of src/heedful
 *                                  name (the whole class name, never put together from parts), and those in KEPT
 *   heedful/vendor/icons.svg       the outline icons that icons.json lists, as symbols:
 *                                  <svg class="icon" aria-hidden="true"><use href="{% static 'heedful/vendor/icons.svg' %}#inbox"/></svg>
 *   heedful/vendor/LICENCES.txt    what each package asks to be shipped with it
 *
 * Our own styles and scripts are written by hand in ../static/heedful/css and js, and are not built. Tabler's script is not
 * used: menus and sheets are <details> and <dialog>.
 */
import {mkdir, readdir, readFile, rm, writeFile} from "node:fs/promises";
import {dirname, join} from "node:path";
import {fileURLToPath} from "node:url";
import {PurgeCSS} from "purgecss";
import {transform} from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const packages = join(here, "node_modules");
const source = join(here, "..", "..");
const target = join(here, "..", "static", "heedful", "vendor");

/** Kept though no page names them: the root elements, and every shape of icon. */
const KEPT = {standard: ["html", "body"], deep: [/^icon/]};

async function buildStyles(whole) {
  const css = await readFile(join(packages, "@tabler/core/dist/css/tabler.css"), "utf8");
  const kept = whole ? css : await purge(css);
  const small = await transform(kept, {loader: "css", minify: true, legalComments: "none"});
  await writeFile(join(target, "tabler.css"), small.code);
}

async function purge(css) {
  const content = await pagesThatNameClasses();
  const [result] = await new PurgeCSS().purge({
    content: content.map(({path, text}) => ({raw: text, extension: path.split(".").pop()})),
    css: [{raw: css}],
    defaultExtractor: (text) => text.match(/[\w-]+(?:[.:/][\w-]+)*/g) ?? [],
    safelist: KEPT,
    variables: false,
    keyframes: true,
  });
  return result.css;
}

/** Every template, Python file and script of ours; not what was built, and no tests. */
async function pagesThatNameClasses() {
  const found = [];
  const entries = await readdir(source, {recursive: true, withFileTypes: true});
  for (const entry of entries) {
    const path = join(entry.parentPath ?? entry.path, entry.name);
    if (/\/(node_modules|vendor|_built|tests|library|__pycache__)\//.test(path)) continue;
    if (entry.isFile() && /\.(html|py|js)$/.test(path)) found.push({path, text: await readFile(path, "utf8")});
  }
  return found;
}

async function buildIcons() {
  const names = JSON.parse(await readFile(join(here, "icons.json"), "utf8"));
  const missing = [];
  const symbols = [];
  for (const name of names) {
    try {
      symbols.push(symbol(name, await readFile(join(packages, "@tabler/icons/icons/outline", `${name}.svg`), "utf8")));
    } catch (fault) {
      if (fault.code !== "ENOENT") throw fault;
      missing.push(name);
    }
  }
  if (missing.length) throw new Error(`icons.json: Tabler has no outline icon named ${missing.join(", ")}`);
  await writeFile(join(target, "icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`);
}

/** One icon's drawing as a symbol that takes colour and stroke from where it is used. */
function symbol(name, svg) {
  const drawing = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
  const lines = drawing.replace(/\s*\n\s*/g, "").replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*\/>/, "");
  return (
    `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" ` +
    `stroke-linecap="round" stroke-linejoin="round">${lines}</symbol>`
  );
}

async function writeLicences() {
  const parts = [];
  for (const name of ["@tabler/core", "@tabler/icons"]) {
    const about = JSON.parse(await readFile(join(packages, name, "package.json"), "utf8"));
    const file = (await readdir(join(packages, name))).find((entry) => /^licen[cs]e/i.test(entry));
    // Tabler's core names its licence but ships no text of it; its icons carry the same authors' text.
    const text = await readFile(join(packages, file ? name : "@tabler/icons", file ?? "LICENSE"), "utf8");
    parts.push(`${name} ${about.version} (${about.license})\n\n${text.trim()}\n`);
  }
  await writeFile(join(target, "LICENCES.txt"), parts.join(`\n${"-".repeat(72)}\n\n`));
}

await rm(target, {recursive: true, force: true});
await mkdir(target, {recursive: true});
await Promise.all([
  buildStyles(process.argv.includes("--whole")),
  buildIcons(),
  writeLicences(),
]);
