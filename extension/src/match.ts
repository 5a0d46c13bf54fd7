/**
 * `npm run -s match -- < in.jsonl > out.jsonl`: the shipped matcher under node. The line format is that of `heedful assess`
 * (src/heedful/detection/jsonl.py) with "leaves_device" added. `--bundle FILE` matches with another bundle.
 */

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { AGE_BANDS, type AgeBand, assess, type Assessment, type Bundle, loadBundle, SOURCES, type Source } from "./engine/index";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const BUILT = join(ROOT, "src", "heedful", "_built", "library.bundle.gz");
const NEWLINE = 10;

class LineError extends Error {}

interface Line {
  id: string | number;
  text: string;
  source: Source;
  ageBand: AgeBand;
  contextBefore: string[];
}

function parsed(raw: Uint8Array): unknown {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(raw);
  } catch {
    throw new LineError("is not UTF-8");
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new LineError("is not JSON");
  }
}

function readLine(raw: Uint8Array): Line {
  const value = parsed(raw);
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new LineError("is not an object");
  const line = value as Record<string, unknown>;
  if (typeof line.text !== "string") throw new LineError("'text' is not a string");
  const source = oneOf(line.source, "source", SOURCES, "typed") as Source;
  const ageBand = oneOf(line.age_band, "age_band", AGE_BANDS, "unknown") as AgeBand;
  if (typeof line.id !== "string" && !Number.isSafeInteger(line.id)) throw new LineError("'id' is neither a string nor a whole number");
  return { id: line.id as string | number, text: line.text, source, ageBand, contextBefore: earlier(line.context_before) };
}

function earlier(given: unknown): string[] {
  if (given === undefined || given === null) return [];
  if (!Array.isArray(given) || !given.every((line) => typeof line === "string")) throw new LineError("'context_before' is not a list of strings");
  return given;
}

function oneOf(given: unknown, key: string, known: readonly string[], otherwise: string): string {
  if (given === undefined || given === null) return otherwise;
  if (typeof given !== "string" || !known.includes(given)) throw new LineError(`'${key}' is not one of ${known.join(", ")}`);
  return given;
}

function written({ id }: Line, assessment: Assessment): string {
  return JSON.stringify({
    id: Object.is(id, -0) ? 0 : id,
    severity: assessment.severity,
    themes: Object.fromEntries(Object.entries(assessment.themes).map(([theme, score]) => [theme, score / 1000])),
    findings: assessment.findings.map(({ theme, start, end, rule, why }) => ({ theme, start, end, rule, why })),
    leaves_device: assessment.leavesDevice(),
  });
}

/** The lines of standard input one by one, without their newline; a line may be longer than any chunk. */
async function* linesOf(input: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let parts: Uint8Array[] = [];
  for await (const chunk of input) {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      yield Buffer.concat([...parts, chunk.subarray(from, at)]);
      parts = [];
      from = at + 1;
    }
    if (from < chunk.length) parts.push(chunk.subarray(from));
  }
  if (parts.length > 0) yield Buffer.concat(parts);
}

function isBlank(raw: Uint8Array): boolean {
  return raw.every((byte) => byte === 32 || byte === 9 || byte === 13);
}

/** Bring the built bundle up to date with the library, where the project's own command is there to do it. */
function bundleFile(): string {
  const at = process.argv.indexOf("--bundle");
  if (at >= 0) return process.argv[at + 1] ?? "";
  const own = join(ROOT, ".venv", "bin", "heedful");
  const command = existsSync(own) ? own : "heedful";
  const built = spawnSync(command, ["bundle", "build", "--if-changed"], { stdio: ["ignore", "ignore", "inherit"] });
  if (built.status !== 0 && !existsSync(BUILT)) {
    console.error(`no bundle: '${command} bundle build' did not make ${BUILT}; run 'make setup' first`);
    process.exit(1);
  }
  return BUILT;
}

async function main(bundle: Bundle): Promise<number> {
  let number = 0;
  let status = 0;
  for await (const raw of linesOf(process.stdin)) {
    number++;
    if (isBlank(raw)) continue;
    try {
      const line = readLine(raw);
      const answer = written(line, assess(bundle, line));
      if (!process.stdout.write(`${answer}\n`)) await new Promise((resolve) => process.stdout.once("drain", resolve));
    } catch (error) {
      if (!(error instanceof LineError)) throw error;
      console.error(`line ${number}: ${error.message}`);
      status = 2;
    }
  }
  return status;
}

process.exitCode = await main(await loadBundle(new Uint8Array(readFileSync(bundleFile()))));
