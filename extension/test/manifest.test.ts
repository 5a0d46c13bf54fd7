import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { test } from "node:test";

interface Manifest {
  permissions: string[];
  optional_permissions?: string[];
  action: { default_popup: string };
  content_security_policy: { extension_pages: string };
  content_scripts: { run_at: string; all_frames: boolean }[];
}

const made = (await import(pathToFileURL(join(process.cwd(), "manifest.mjs")).href)) as { manifest(version: string): Manifest };
const manifest = made.manifest("1.2.3");

test("it asks for nothing that could control, locate, record or overhear", () => {
  const never = ["webRequest", "declarativeNetRequest", "history", "cookies", "clipboardRead", "debugger", "geolocation", "tabCapture", "desktopCapture", "pageCapture", "downloads", "management", "proxy"];
  assert.deepEqual(manifest.permissions.filter((p) => never.includes(p)), []);
  assert.equal(manifest.optional_permissions, undefined);
});

test("its pages run their own scripts alone", () => {
  const policy = manifest.content_security_policy.extension_pages;
  assert.match(policy, /default-src 'none'; script-src 'self'/);
  assert.doesNotMatch(policy, /unsafe|\*\.|wasm/);
  for (const name of ["popup.html", "notice.html"]) assert.doesNotMatch(readFileSync(join(process.cwd(), "static", name), "utf8"), /<script(?! src=)|\son\w+=|style=/);
});

test("the sensor is in every frame from the start, and the sign in the toolbar is always there", () => {
  assert.ok(manifest.content_scripts.every((s) => s.run_at === "document_start" && s.all_frames));
  assert.equal(manifest.action.default_popup, "popup.html");
});

test("no managed value hides it or widens what it reads", () => {
  const schema = JSON.parse(readFileSync(join(process.cwd(), "static", "managed_schema.json"), "utf8")) as { properties: Record<string, unknown> };
  assert.deepEqual(Object.keys(schema.properties).sort(), ["chromeosEnrolToken", "deviceEnrolToken", "deviceLabel", "machineId", "pupil", "serverUrl"]);
});
