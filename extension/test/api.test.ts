import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { DeviceApi, deviceKey, enrolRequest, Refused, Unreachable } from "../src/api";
import { enrol, heldEnrolment } from "../src/enrol";
import { readConfig } from "../src/config";
import { fromBase64url, requestBytes } from "../src/signing";
import type { Kept } from "../src/db";
import { ENROLMENT, freshDatabase } from "./memory";
import { enrolSchema, faults } from "./schema";

interface Seen {
  url: string;
  method: string;
  headers: Headers;
  body: Uint8Array<ArrayBuffer>;
}

const real = globalThis.fetch;
afterEach(() => void (globalThis.fetch = real));

/** Answers requests in turn; a thrown answer is a network that fails. */
function answerWith(...answers: (Response | Error)[]): Seen[] {
  const seen: Seen[] = [];
  globalThis.fetch = async (input, init) => {
    const request = new Request(input as URL, init);
    seen.push({ url: request.url, method: request.method, headers: request.headers, body: new Uint8Array(await request.arrayBuffer()) });
    const answer = answers[Math.min(seen.length, answers.length) - 1]!;
    if (answer instanceof Error) throw answer;
    return answer.clone();
  };
  return seen;
}

async function isSigned(seen: Seen, publicKey: string): Promise<boolean> {
  const key = await crypto.subtle.importKey("raw", fromBase64url(publicKey), "Ed25519", false, ["verify"]);
  const { pathname, search } = new URL(seen.url);
  const message = await requestBytes({ method: seen.method, path: pathname + search, device: seen.headers.get("Heedful-Device")!, sequence: Number(seen.headers.get("Heedful-Sequence")), body: seen.body });
  return crypto.subtle.verify("Ed25519", key, fromBase64url(seen.headers.get("Heedful-Signature")!), message);
}

async function api(): Promise<{ device: DeviceApi; kept: Kept; publicKey: string }> {
  const { kept } = await freshDatabase();
  const key = await deviceKey(kept);
  return { device: new DeviceApi(kept, "https://h.example/base", ENROLMENT.device_id, key), kept, publicKey: key.publicKey };
}

const json = (status: number, body: unknown = {}): Response => new Response(JSON.stringify(body), { status });
const numbers = (seen: Seen[]): number[] => seen.map((s) => Number(s.headers.get("Heedful-Sequence")));

test("each request is signed, with the next number", async () => {
  const { device, publicKey } = await api();
  const seen = answerWith(json(200));
  await device.call({ method: "GET", path: "/device/v1/policy?account=a%40b" });
  await device.call({ method: "POST", path: "/device/v1/heartbeat", body: { tests: [] } });
  assert.deepEqual(numbers(seen), [1, 2]);
  assert.equal(seen[0]!.url, "https://h.example/base/device/v1/policy?account=a%40b");
  for (const one of seen) assert.ok(await isSigned(one, publicKey));
});

test("the private key can't be exported, and is the same at the next start", async () => {
  const { kept } = await api();
  const key = await deviceKey(kept);
  await assert.rejects(crypto.subtle.exportKey("pkcs8", key.privateKey));
  assert.equal((await deviceKey(kept)).publicKey, key.publicKey);
});

test("a lost answer costs a number, never repeats one", async () => {
  const { device } = await api();
  const seen = answerWith(new TypeError("network"), json(200));
  await assert.rejects(device.call({ method: "GET", path: "/x" }), Unreachable);
  await device.call({ method: "GET", path: "/x" });
  assert.deepEqual(numbers(seen), [1, 2]);
});

test("after a 409 the device goes on from the number that the gateway names", async () => {
  const { device, publicKey } = await api();
  const seen = answerWith(json(409, { last_sequence: 41 }), json(200));
  assert.equal((await device.call({ method: "GET", path: "/x" })).status, 200);
  assert.deepEqual(numbers(seen), [1, 42]);
  assert.ok(await isSigned(seen[1]!, publicKey));
});

test("a 409 that names no number, and one without end, are refusals", async () => {
  const { device } = await api();
  answerWith(json(409, {}));
  await assert.rejects(device.call({ method: "GET", path: "/x" }), Refused);
  const seen = answerWith(json(409, { last_sequence: 5 }));
  await assert.rejects(device.call({ method: "GET", path: "/x" }), Refused);
  assert.equal(seen.length, 4);
});

test("requests wait in line, so that numbers arrive in order", async () => {
  const { device } = await api();
  const seen = answerWith(json(200));
  await Promise.all(Array.from({ length: 5 }, () => device.call({ method: "GET", path: "/x" })));
  assert.deepEqual(numbers(seen), [1, 2, 3, 4, 5]);
});

const ANSWER = { device_id: ENROLMENT.device_id, server_public_key: "A".repeat(43), school: { id: "s", name: "Larkhill" }, sequence: 0 };
const PLATFORM = { os: "linux", browser: "Chromium", browser_version: "156", agent_version: "1" };
const HERE = { os: "linux", directoryDeviceId: "" };

test("enrolment is signed by the new key and kept; another token enrols anew", async () => {
  const { kept } = await freshDatabase();
  const config = readConfig({ serverUrl: "https://h.example", deviceEnrolToken: "one" })!;
  const seen = answerWith(json(201, ANSWER));
  assert.equal((await enrol(kept, config, HERE, PLATFORM))?.device_id, ENROLMENT.device_id);
  assert.equal(seen[0]!.headers.get("Heedful-Device"), "enrol");
  assert.equal(seen[0]!.headers.get("Heedful-Sequence"), "0");
  assert.ok(await isSigned(seen[0]!, (JSON.parse(new TextDecoder().decode(seen[0]!.body)) as { public_key: string }).public_key));
  assert.notEqual(await heldEnrolment(kept, config, HERE), null);
  assert.equal(await heldEnrolment(kept, { ...config, deviceEnrolToken: "two" }, HERE), null);
  assert.equal(await heldEnrolment(kept, { ...config, serverUrl: "https://other.example" }, HERE), null);
  assert.ok(!JSON.stringify(await kept.get("enrolment")).includes('"one"'));
});

test("without a token that counts here, nothing is asked and nothing is made", async () => {
  const { kept } = await freshDatabase();
  const seen = answerWith(json(201, ANSWER));
  const config = readConfig({ serverUrl: "https://h.example", chromeosEnrolToken: "c" })!;
  assert.equal(await enrol(kept, config, HERE, PLATFORM), null);
  assert.equal(seen.length, 0);
  assert.equal(await kept.get("device-key"), undefined);
});

test("on ChromeOS the directory's id and the machine's serial number go with the token", async () => {
  const { kept } = await freshDatabase();
  const seen = answerWith(json(201, ANSWER));
  await enrol(kept, readConfig({ serverUrl: "https://h.example", chromeosEnrolToken: "c" })!, { os: "cros", directoryDeviceId: "dir-1", serialNumber: "NXHEXAMPLE01", assetId: "CB-12" }, PLATFORM);
  const body = JSON.parse(new TextDecoder().decode(seen[0]!.body)) as Record<string, string>;
  assert.deepEqual([body.token, body.directory_device_id, body.machine_id, body.device_label], ["c", "dir-1", "NXHEXAMPLE01", "CB-12"]);
  assert.deepEqual(faults(enrolSchema, body), []);
});

test("a refused or malformed enrolment leaves the device as it was", async () => {
  const { kept } = await freshDatabase();
  const config = readConfig({ serverUrl: "https://h.example", deviceEnrolToken: "one" })!;
  answerWith(json(401));
  await assert.rejects(enrol(kept, config, HERE, PLATFORM), Refused);
  answerWith(json(201, { ...ANSWER, device_id: "../../x" }));
  await assert.rejects(enrol(kept, config, HERE, PLATFORM), SyntaxError);
  assert.equal(await kept.get("enrolment"), undefined);
  answerWith(json(201, ANSWER));
  await enrolRequest("https://h.example", await deviceKey(kept), {});
});
