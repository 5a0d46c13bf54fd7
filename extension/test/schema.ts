/** The part of JSON Schema 2020-12 that the schemas in contracts/ use, read from the files themselves. For tests. */

import { readFileSync } from "node:fs";
import { join } from "node:path";

export const CONTRACTS = join(process.cwd(), "..", "contracts");

type Schema = Record<string, unknown>;

const TYPES: Record<string, (v: unknown) => boolean> = {
  object: (v) => typeof v === "object" && v !== null && !Array.isArray(v),
  array: Array.isArray,
  string: (v) => typeof v === "string",
  integer: Number.isInteger,
  boolean: (v) => typeof v === "boolean",
};

const KNOWN = new Set(["$schema", "$id", "$defs", "title", "description", "type", "additionalProperties", "required", "properties", "pattern", "maxLength", "minLength", "enum", "const", "maxItems", "minItems", "items", "minimum", "maximum", "$ref", "if", "then", "else"]);

/** Where a value does not fit, as JSON pointers; empty when it fits. Raises on a keyword that it does not know. */
export function faults(schema: Schema, value: unknown, root: Schema = schema, at = ""): string[] {
  for (const word of Object.keys(schema)) if (!KNOWN.has(word)) throw new Error(`unknown keyword ${word}`);
  if (typeof schema.$ref === "string") return faults((root.$defs as Record<string, Schema>)[schema.$ref.split("/").at(-1)!]!, value, root, at);
  const found: string[] = [];
  if (schema.type && !TYPES[schema.type as string]!(value)) return [`${at}: type`];
  if (schema.enum && !(schema.enum as unknown[]).includes(value)) found.push(`${at}: enum`);
  if ("const" in schema && value !== schema.const) found.push(`${at}: const`);
  if (typeof value === "string") found.push(...stringFaults(schema, value, at));
  if (typeof value === "number" && ((schema.minimum as number) > value || (schema.maximum as number) < value)) found.push(`${at}: range`);
  if (Array.isArray(value)) {
    if ((schema.maxItems as number) < value.length || (schema.minItems as number) > value.length) found.push(`${at}: items`);
    if (schema.items) value.forEach((item, i) => found.push(...faults(schema.items as Schema, item, root, `${at}/${i}`)));
  } else if (TYPES.object!(value)) found.push(...objectFaults(schema, value as Schema, root, at));
  if (schema.if) found.push(...faults((faults(schema.if as Schema, value, root, at).length === 0 ? schema.then : schema.else) as Schema, value, root, at));
  return found;
}

function stringFaults(schema: Schema, value: string, at: string): string[] {
  const length = Array.from(value).length;
  const found: string[] = [];
  if ((schema.maxLength as number) < length || (schema.minLength as number) > length) found.push(`${at}: length`);
  if (schema.pattern && !new RegExp(schema.pattern as string, "u").test(value)) found.push(`${at}: pattern`);
  return found;
}

function objectFaults(schema: Schema, value: Schema, root: Schema, at: string): string[] {
  const properties = (schema.properties ?? {}) as Record<string, Schema>;
  const found = ((schema.required ?? []) as string[]).filter((name) => !(name in value)).map((name) => `${at}/${name}: missing`);
  for (const [name, inner] of Object.entries(value)) {
    if (properties[name]) found.push(...faults(properties[name], inner, root, `${at}/${name}`));
    else if (schema.additionalProperties === false) found.push(`${at}/${name}: not agreed`);
  }
  return found;
}

function schemaOf(name: string): Schema {
  return JSON.parse(readFileSync(join(CONTRACTS, `${name}.schema.json`), "utf8")) as Schema;
}

export const captureSchema = schemaOf("capture");
export const enrolSchema = schemaOf("enrol");
export const heartbeatSchema = schemaOf("heartbeat");
