import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { type Answer, type Call, Unreachable } from "../src/api";
import { machineOf, policyHash, readConfig } from "../src/config";
import { FAULT_WORDS, wordsFor } from "../src/faults";
import { noteTest, sendHeartbeat, type Vital } from "../src/heartbeat";
import { deviceLabel, machineId, onTheWire } from "../src/machine";
import { ReadCount } from "../src/readcount";
import { freshDatabase } from "./memory";
import { CONTRACTS, enrolSchema, faults, heartbeatSchema } from "./schema";

const SAM = { name: "sam.reed", identity_confidence: "likely", how: "native" } as const;
const NOTHING_WAITS = { captures: 0, bytes: 0, set_aside: 0, lost_pictures: 0, lost_captures: 0 };

function vital(changes: Partial<Vital> = {}): Vital {
  return {
    agentVersion: "0.2.0", bundleVersion: "b1", policyVersion: "p1", account: SAM, spool: NOTHING_WAITS, machine: { machineId: "5CD0123XYZ", deviceLabel: "IT2-PC07" },
    fault: "none", linesRead: 4, forced: true, incognitoAllowed: false, policyHash: "a".repeat(64), ...changes,
  };
}

async function bodyOf(sent: Vital): Promise<Record<string, unknown>> {
  const { kept } = await freshDatabase();
  await noteTest(kept, SAM, new Date("2026-11-24T09:15:02Z"));
  const bodies: unknown[] = [];
  const call = async ({ body }: Call): Promise<Answer> => {
    bodies.push(body);
    return { status: 200, headers: new Headers(), body: new TextEncoder().encode('{"server_time":"","policy_version":"","bundle_version":""}').buffer };
  };
  await sendHeartbeat(kept, call, sent);
  return JSON.parse(JSON.stringify(bodies[0])) as Record<string, unknown>;
}

test("every heartbeat fits the contract, whatever is wrong", async () => {
  for (const fault of ["none", ...Object.keys(FAULT_WORDS)] as Vital["fault"][]) assert.deepEqual(faults(heartbeatSchema, await bodyOf(vital({ fault }))), [], fault);
  const bare = await bodyOf(vital({ bundleVersion: "", policyVersion: "", machine: { machineId: "", deviceLabel: "" } }));
  assert.deepEqual(faults(heartbeatSchema, bare), []);
  assert.ok(!("machine_id" in bare) && !("device_label" in bare));
});

for (const [name, schema] of [["enrol", enrolSchema], ["heartbeat", heartbeatSchema]] as const) {
  test(`examples of ${name} are judged as their folder says`, () => {
    for (const kind of ["valid", "invalid"]) {
      const folder = join(CONTRACTS, "examples", name, kind);
      for (const file of readdirSync(folder)) assert.equal(faults(schema, JSON.parse(readFileSync(join(folder, file), "utf8"))).length === 0, kind === "valid", file);
    }
  });
}

test("a failed heartbeat is told again with all that it held", async () => {
  const { kept } = await freshDatabase();
  await noteTest(kept, SAM, new Date());
  assert.equal(await sendHeartbeat(kept, () => Promise.reject(new Unreachable("away")), vital()), null);
  assert.equal((await kept.get<unknown[]>("tests"))?.length, 1);
});

test("what was looked at is counted over restarts, until the gateway has heard of it", async () => {
  const { kept } = await freshDatabase();
  const before = new ReadCount(kept);
  before.note();
  before.note();
  assert.equal(await before.sinceLastHeartbeat(), 2);
  const after = new ReadCount(kept);
  after.note();
  assert.equal(await after.sinceLastHeartbeat(), 3);
  after.note();
  await after.told(3);
  assert.equal(await after.sinceLastHeartbeat(), 1);
});

test("what makers write where no serial number is, and what nobody filled in, names no machine", () => {
  for (const given of ["", "0", "00000000", "None", "To Be Filled By O.E.M.", "to be filled by OEM", "Default string", "System Serial Number", "Not Specified", "${serial}", "%COMPUTERNAME%", "$(hostname)", "PUT-THE-SERIAL-NUMBER-HERE", "n/a", "A".repeat(101)])
    assert.equal(machineId(given), "", given);
  for (const [given, kept] of [["5CD0123XYZ", "5CD0123XYZ"], ["  PF 1234\n", "PF 1234"], ["NXHEXAMPLE01", "NXHEXAMPLE01"]] as const) assert.equal(machineId(given), kept);
  assert.equal(deviceLabel("  Wägen 3\u0007 "), "Wägen 3");
  assert.equal(deviceLabel("${device_name}"), "");
  assert.deepEqual(onTheWire({ machineId: "", deviceLabel: "" }), {});
});

test("the policy's word for the machine goes before the Chromebook's own", () => {
  const chromebook = { os: "cros", directoryDeviceId: "d", serialNumber: "NXHEXAMPLE01", assetId: "CB-12" };
  const config = readConfig({ serverUrl: "https://h.example", machineId: "TAG-0007", deviceLabel: "Trolley 3" })!;
  assert.deepEqual(machineOf(config, chromebook), { machineId: "TAG-0007", deviceLabel: "Trolley 3" });
  assert.deepEqual(machineOf(readConfig({ serverUrl: "https://h.example" }), chromebook), { machineId: "NXHEXAMPLE01", deviceLabel: "CB-12" });
  assert.deepEqual(machineOf(null, { os: "win", directoryDeviceId: "" }), { machineId: "", deviceLabel: "" });
});

test("the hash of the managed values is the agreed one, and is the same on every machine", async () => {
  const vectors = JSON.parse(readFileSync(join(CONTRACTS, "policy-hash-vectors.json"), "utf8")) as Record<string, string>[];
  for (const { policy_hash, hashed: _hashed, ...managed } of vectors) {
    assert.equal(await policyHash(readConfig(managed)!), policy_hash);
    assert.equal(await policyHash(readConfig({ ...managed, serverUrl: `${managed.serverUrl}/`, pupil: "sam.reed", machineId: "5CD0123XYZ", deviceLabel: "IT2-PC07" })!), policy_hash);
  }
});

test("each fault has words for the pupil and for the technician, and an older list is named where one is used", () => {
  for (const fault of Object.keys(FAULT_WORDS) as Exclude<Vital["fault"], "none">[]) {
    const dark = wordsFor(fault, true)!;
    assert.ok(dark.pupil.length > 20 && dark.technician.length > 40, fault);
    assert.doesNotMatch(dark.pupil, /bundle|fault|signature|API|0x/, fault);
  }
  assert.match(wordsFor("library_too_new", false)!.technician, /list that it has is used/);
  assert.equal(wordsFor("none", false), null);
});
