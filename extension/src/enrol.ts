/** Exchanges the school's enrolment token for an identity of this one browser. */

import { bodyOf, deviceKey, enrolRequest } from "./api";
import { type Config, machineOf, type Place, tokenFor } from "./config";
import type { Kept } from "./db";
import { onTheWire } from "./machine";
import type { Platform } from "./platform";
import { sha256Hex } from "./signing";
import type { Enrolment } from "./wire";

interface EnrolAnswer {
  device_id: string;
  server_public_key: string;
  school: { id: string; name: string };
  sequence: number;
}

const DEVICE_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

function checked(body: unknown): EnrolAnswer {
  const answer = body as Partial<EnrolAnswer>;
  if (!DEVICE_ID.test(answer.device_id ?? "") || !/^[A-Za-z0-9_-]{43}$/.test(answer.server_public_key ?? "") || typeof answer.school?.name !== "string")
    throw new SyntaxError("the enrolment answer is not in the agreed shape");
  return answer as EnrolAnswer;
}

/** The enrolment held, if it belongs to the server and token that the policy names now. */
export async function heldEnrolment(kept: Kept, config: Config, place: Place): Promise<Enrolment | null> {
  const held = await kept.get<Enrolment>("enrolment");
  const allowed = tokenFor(config, place);
  if (!held || !allowed || held.server_url !== config.serverUrl) return null;
  return held.token_sha256 === (await hashOf(allowed.token)) ? held : null;
}

function hashOf(token: string): Promise<string> {
  return sha256Hex(new TextEncoder().encode(token));
}

/**
 * Enrols, or answers null where the school's policy does not allow it here. Raises Refused or Unreachable.
 *
 * A school that changes its token in the policy (or moves the server) has every device enrol anew, with the same key.
 */
export async function enrol(kept: Kept, config: Config, place: Place, platform: Platform): Promise<Enrolment | null> {
  const allowed = tokenFor(config, place);
  if (!allowed) return null;
  const key = await deviceKey(kept);
  const answer = checked(
    bodyOf(
      await enrolRequest(config.serverUrl, key, {
        token: allowed.token,
        public_key: key.publicKey,
        platform,
        ...(allowed.directoryDeviceId ? { directory_device_id: allowed.directoryDeviceId } : {}),
        ...onTheWire(machineOf(config, place)),
      }),
    ),
  );
  const enrolment: Enrolment = {
    device_id: answer.device_id,
    server_public_key: answer.server_public_key,
    school: answer.school,
    server_url: config.serverUrl,
    token_sha256: await hashOf(allowed.token),
  };
  await kept.removePrefix("policy:");
  await kept.remove("bundle");
  await kept.put("sequence", answer.sequence ?? 0);
  await kept.put("enrolment", enrolment);
  return enrolment;
}
