import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { makeCapture, windowRound } from "../src/capture";
import { fromBase64url, requestBytes, signRequest, verifyBundle, verifyPolicy } from "../src/signing";
import { captureSchema, CONTRACTS, faults } from "./schema";

function examples(kind: string): [string, unknown][] {
  const folder = join(CONTRACTS, "examples", kind);
  return readdirSync(folder).map((name) => [name, JSON.parse(readFileSync(join(folder, name), "utf8"))]);
}

test("every valid example fits the schema", () => {
  for (const [name, value] of examples("valid")) assert.deepEqual(faults(captureSchema, value), [], name);
});

test("no invalid example fits the schema", () => {
  for (const [name, value] of examples("invalid")) assert.notDeepEqual(faults(captureSchema, value), [], name);
});

test("a capture made here fits the schema, whatever the page is called", () => {
  const finding = { theme: "suicide", rule: "suicide.kill-myself", severity: 5, start: 7, end: 18 };
  for (const [url, title] of [["https://a.example/x y?q=1#frag", "t".repeat(400)], ["about:blank", ""], ["", "\u0000"], [`https://a.example/?${"q".repeat(3000)}`, "ok"], ["data:text/html,a b", "d"]] as const) {
    const capture = makeCapture({
      ...windowRound("i will kill myself\u0000", [finding]),
      source: "typed",
      bundleVersion: "1",
      url,
      title,
      account: { name: "", identity_confidence: "unknown", how: "none" },
      device: "6f1c2a34-9d0b-4f7e-8a55-0c9d3e2b1a77",
      at: new Date("2026-11-24T09:15:02Z"),
    });
    assert.deepEqual(faults(captureSchema, capture), [], url);
  }
});

interface Vectors {
  keys: Record<"device" | "server", { seed: string; public_key: string }>;
  requests: { name: string; method: string; path: string; device: string; sequence: number; body_base64: string; signed: string; signature: string }[];
  answers: { name: string; kind: string; device: string | null; body_base64: string; signature: string }[];
}

const vectors = JSON.parse(readFileSync(join(CONTRACTS, "signing-vectors.json"), "utf8")) as Vectors;

function body(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
}

async function privateKey(): Promise<CryptoKey> {
  const prefix = [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
  return crypto.subtle.importKey("pkcs8", new Uint8Array([...prefix, ...fromBase64url(vectors.keys.device.seed)]), "Ed25519", false, ["sign"]);
}

for (const v of vectors.requests) {
  test(`request signature: ${v.name}`, async () => {
    const what = { method: v.method, path: v.path, device: v.device, sequence: v.sequence, body: body(v.body_base64) };
    assert.equal(new TextDecoder().decode(await requestBytes(what)), v.signed);
    assert.equal(await signRequest(await privateKey(), what), v.signature);
  });
}

for (const v of vectors.answers) {
  test(`answer signature: ${v.name}`, async () => {
    const key = vectors.keys.server.public_key;
    const bytes = body(v.body_base64);
    const check = (signature: string, content: ArrayBuffer, by = key): Promise<boolean> => (v.kind === "policy" ? verifyPolicy(by, signature, v.device!, content) : verifyBundle(by, signature, content));
    assert.equal(await check(v.signature, bytes.buffer), true);
    assert.equal(await check(v.signature, new Uint8Array([...bytes, 32]).buffer), false);
    assert.equal(await check(v.signature, bytes.buffer, vectors.keys.device.public_key), false);
    assert.equal(await check("not a signature!", bytes.buffer), false);
  });
}
