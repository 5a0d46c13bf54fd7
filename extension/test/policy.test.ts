import assert from "node:assert/strict";
import { test } from "node:test";
import { type Answer, Unreachable } from "../src/api";
import { isPrivate, isWatching, isWithinHours, Policies } from "../src/policy";
import { base64url, sha256Hex } from "../src/signing";
import type { Policy } from "../src/wire";
import { ENROLMENT, freshDatabase, policy } from "./memory";

const school = { time_zone: "Europe/London", windows: [{ days: [1, 2, 3, 4, 5], from: "08:00", to: "17:00" }] };

test("hours are the school's own, summer time included", () => {
  assert.ok(isWithinHours(school, new Date("2026-11-24T08:00:00Z")));
  assert.ok(!isWithinHours(school, new Date("2026-11-24T07:59:59Z")));
  assert.ok(!isWithinHours(school, new Date("2026-11-24T17:00:00Z")));
  assert.ok(isWithinHours(school, new Date("2026-07-01T07:30:00Z")));
  assert.ok(!isWithinHours(school, new Date("2026-11-22T10:00:00Z")));
});

test("no windows means always; a window over midnight belongs to the day it begins on", () => {
  assert.ok(isWithinHours({ time_zone: "Europe/London", windows: [] }, new Date()));
  const night = { time_zone: "Europe/London", windows: [{ days: [7], from: "20:00", to: "06:00" }] };
  assert.ok(isWithinHours(night, new Date("2026-11-22T23:00:00Z")));
  assert.ok(isWithinHours(night, new Date("2026-11-23T05:59:00Z")));
  assert.ok(!isWithinHours(night, new Date("2026-11-23T20:30:00Z")));
  assert.ok(!isWithinHours(night, new Date("2026-11-22T05:00:00Z")));
});

test("nothing is watched without a policy, or where it says no, or outside hours", () => {
  const now = new Date("2026-11-24T10:00:00Z");
  assert.ok(isWatching(policy(), now));
  assert.ok(!isWatching(null, now));
  assert.ok(!isWatching(policy({ monitor: false }), now));
  assert.ok(!isWatching(policy({ hours: school }), new Date("2026-11-24T20:00:00Z")));
});

test("a private host is private as a page, below it, and as a frame in another page", () => {
  assert.ok(isPrivate(policy(), "https://www.bank.example/pay", "https://www.bank.example/"));
  assert.ok(isPrivate(policy(), "https://ads.example/", "https://bank.example/"));
  assert.ok(isPrivate(policy(), "https://bank.example/", "https://a.example/"));
  assert.ok(!isPrivate(policy(), "https://notbank.example/", undefined));
});

const pair = (await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"])) as CryptoKeyPair;
const enrolment = { ...ENROLMENT, server_public_key: base64url(await crypto.subtle.exportKey("raw", pair.publicKey)) };

async function signed(what: Policy, device = enrolment.device_id): Promise<Answer> {
  const body = new TextEncoder().encode(JSON.stringify(what));
  const message = new TextEncoder().encode(`heedful-policy-v1\n${device}\n${await sha256Hex(body)}\n`);
  const signature = base64url(await crypto.subtle.sign("Ed25519", pair.privateKey, message));
  return { status: 200, headers: new Headers({ "Heedful-Server-Signature": signature, ETag: '"e"' }), body: body.buffer };
}

async function policies(answers: (Answer | Error)[]): Promise<{ held: Policies; paths: string[]; etags: (string | undefined)[] }> {
  const { kept } = await freshDatabase();
  const paths: string[] = [];
  const etags: (string | undefined)[] = [];
  const held = new Policies(kept, enrolment, async ({ path, headers }) => {
    paths.push(path);
    etags.push(headers?.["If-None-Match"]);
    const answer = answers.shift()!;
    if (answer instanceof Error) throw answer;
    return answer;
  });
  return { held, paths, etags };
}

test("a signed policy is taken and kept; the last good one holds without a network", async () => {
  const { held, paths, etags } = await policies([await signed(policy({ version: "7" })), new Unreachable("gone"), { status: 304, headers: new Headers(), body: new ArrayBuffer(0) }]);
  assert.equal(await held.held("sam@a.example"), null);
  assert.equal(await held.refresh("sam@a.example"), true);
  assert.equal(paths[0], "/device/v1/policy?account=sam%40a.example");
  assert.equal(await held.refresh("sam@a.example"), false);
  assert.equal(await held.refresh("sam@a.example"), true);
  assert.deepEqual(etags, [undefined, '"e"', '"e"']);
  assert.equal((await held.held("SAM@a.example"))?.version, "7");
});

test("an account not asked about yet gets the policy for nobody", async () => {
  const { held } = await policies([await signed(policy({ version: "nobody" })), await signed(policy({ version: "sam" }))]);
  await held.refresh("");
  assert.equal((await held.held("sam"))?.version, "nobody");
  await held.refresh("sam");
  assert.equal((await held.held("sam"))?.version, "sam");
  assert.equal((await held.held("alex"))?.version, "nobody");
});

test("a policy that is not the server's, for another device, or malformed is not taken", async () => {
  const forged = await signed(policy({ version: "forged" }));
  new Uint8Array(forged.body)[30]! ^= 1;
  const other = await signed(policy({ version: "other" }), "00000000-0000-4000-8000-000000000001");
  const replayed = await signed(policy({ version: "replayed", device_id: "00000000-0000-4000-8000-000000000001" }));
  const odd = await signed({ version: "odd" } as Policy);
  odd.headers.set("X", "y");
  const bare = await signed(policy({ version: "bare" }));
  bare.headers.delete("Heedful-Server-Signature");
  const layers = await signed({ ...policy({ version: "layers" }), layers: "model" as unknown as string[] });
  const { held } = await policies([forged, other, replayed, odd, bare, layers]);
  for (let i = 0; i < 6; i++) assert.equal(await held.refresh(""), false);
  assert.equal(await held.held(""), null);
});
