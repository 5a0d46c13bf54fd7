import assert from "node:assert/strict";
import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, test } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import { heldBundle, type Library, refreshBundle } from "../src/bundles";
import type { Kept } from "../src/db";
import { base64url, sha256Hex } from "../src/signing";
import { ENROLMENT, freshDatabase } from "./memory";

const { publicKey, privateKey } = generateKeyPairSync("ed25519");
const enrolment = { ...ENROLMENT, server_public_key: publicKey.export({ format: "jwk" }).x! };
const shipped = JSON.parse(gunzipSync(readFileSync(join(process.cwd(), "..", "src", "heedful", "_built", "library.bundle.gz"))).toString()) as { format: number };

function bytesOf(content: unknown): ArrayBuffer {
  return new Uint8Array(gzipSync(typeof content === "string" ? content : JSON.stringify(content))).buffer;
}

const real = globalThis.fetch;
afterEach(() => void (globalThis.fetch = real));

interface Served {
  times: number;
}

async function serve(bytes: ArrayBuffer | null, key: KeyObject = privateKey): Promise<Served> {
  const served = { times: 0 };
  const message = bytes && new TextEncoder().encode(`heedful-bundle-v1\n${await sha256Hex(bytes)}\n`);
  globalThis.fetch = async () => {
    served.times++;
    if (!bytes || !message) throw new TypeError("network");
    return new Response(bytes, { headers: { "Heedful-Server-Signature": base64url(new Uint8Array(sign(null, message, createPrivateKey(key.export({ type: "pkcs8", format: "pem" }))))) } });
  };
  return served;
}

async function refreshed(kept: Kept, bytes: ArrayBuffer | null, inForce: Library["loaded"] = null, agent = "0.1.0"): Promise<Library> {
  return refreshBundle(kept, enrolment, { version: "new", sha256: bytes ? await sha256Hex(bytes) : "0".repeat(64) }, inForce, agent);
}

test("a library that is signed and of this format is loaded, and is there at the next start", async () => {
  const { kept } = await freshDatabase();
  const bytes = bytesOf(shipped);
  await serve(bytes);
  const { loaded, fault } = await refreshed(kept, bytes);
  assert.deepEqual([loaded?.version, fault], ["new", "none"]);
  assert.equal((await heldBundle(kept)).loaded?.version, "new");
});

for (const [fault, content] of [["library_too_new", { ...shipped, format: 99 }], ["library_too_old", { ...shipped, format: 0 }], ["library_unreadable", "no library"]] as const) {
  test(`${fault}: the older one goes on, and the same file is not fetched again until the extension is another`, async () => {
    const { kept } = await freshDatabase();
    const good = bytesOf(shipped);
    await serve(good);
    const { loaded } = await refreshed(kept, good);
    const bytes = bytesOf(content);
    const served = await serve(bytes);
    for (let i = 0; i < 3; i++) assert.deepEqual(await refreshed(kept, bytes, loaded), { loaded, fault });
    assert.equal(served.times, 1);
    assert.deepEqual(await refreshed(kept, bytes, loaded, "0.2.0"), { loaded, fault });
    assert.equal(served.times, 2);
    assert.deepEqual(await refreshed(kept, bytes, null, "0.2.0"), { loaded: null, fault });
  });
}

test("a library of another signer is unverified, one that can't be had is missing; either is asked for again", async () => {
  const { kept } = await freshDatabase();
  const bytes = bytesOf(shipped);
  const forged = await serve(bytes, generateKeyPairSync("ed25519").privateKey);
  for (let i = 0; i < 2; i++) assert.deepEqual(await refreshed(kept, bytes), { loaded: null, fault: "library_unverified" });
  assert.equal(forged.times, 2);
  await serve(null);
  assert.deepEqual(await refreshed(kept, null), { loaded: null, fault: "library_missing" });
  assert.deepEqual(await heldBundle(kept), { loaded: null, fault: "library_missing" });
});
