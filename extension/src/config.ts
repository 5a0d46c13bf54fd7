/** What the school's policy says to this browser (`storage.managed`), and whether it allows enrolment here. */

import { deviceLabel, type Machine, machineId } from "./machine";
import { sha256Hex } from "./signing";

export interface Config {
  serverUrl: string;
  deviceEnrolToken: string;
  chromeosEnrolToken: string;
  pupil: string;
  machineId: string;
  deviceLabel: string;
}

function text(value: unknown, most: number): string {
  return typeof value === "string" ? value.trim().slice(0, most) : "";
}

/** TLS, or this same machine. Captured words never travel in the clear. */
export function isAllowedServer(serverUrl: string): boolean {
  try {
    const { protocol, hostname, username, password } = new URL(serverUrl);
    if (username !== "" || password !== "") return false;
    return protocol === "https:" || (protocol === "http:" && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname));
  } catch {
    return false;
  }
}

/** Null when there is no usable server: then nothing is set up and nothing is sensed. */
export function readConfig(managed: Record<string, unknown>): Config | null {
  const serverUrl = text(managed.serverUrl, 2_000).replace(/\/+$/, "");
  if (!isAllowedServer(serverUrl)) return null;
  // Policy does not expand ${placeholders}: a literal one names nobody.
  const pupil = text(managed.pupil, 254);
  return {
    serverUrl,
    deviceEnrolToken: text(managed.deviceEnrolToken, 500),
    chromeosEnrolToken: text(managed.chromeosEnrolToken, 500),
    pupil: /\$\{/.test(pupil) ? "" : pupil,
    machineId: machineId(text(managed.machineId, 200)),
    deviceLabel: deviceLabel(text(managed.deviceLabel, 200)),
  };
}

/** Where this browser runs, as far as the choice of token needs it. */
export interface Place {
  os: string;
  directoryDeviceId: string;
  /** As a directory-managed Chromebook says it; empty elsewhere. */
  serialNumber?: string;
  assetId?: string;
}

/** The policy's word for the machine goes before the machine's own. */
export function machineOf(config: Config | null, place: Place): Machine {
  return { machineId: config?.machineId || machineId(place.serialNumber ?? ""), deviceLabel: config?.deviceLabel || deviceLabel(place.assetId ?? "") };
}

/** Of the values that a school sets for all its browsers: tells the server which policy is in force here (contracts/device-api.md). */
export async function policyHash({ serverUrl, deviceEnrolToken, chromeosEnrolToken }: Config): Promise<string> {
  const hashed = (token: string): Promise<string> => (token === "" ? Promise.resolve("") : sha256Hex(new TextEncoder().encode(token)));
  const lines = ["heedful-values-v1", serverUrl, await hashed(deviceEnrolToken), await hashed(chromeosEnrolToken), ""];
  return sha256Hex(new TextEncoder().encode(lines.join("\n")));
}

/**
 * The token that may be used here, or null: then this device is not the school's.
 *
 * Google's user policy follows a pupil's account home, and an extension can't see at which level a value was set. So the
 * ChromeOS token counts only on a ChromeOS device that the school's directory knows, and the device token, which
 * the school sets by GPO or MDM on the machine itself, counts only elsewhere.
 */
export function tokenFor(config: Config, place: Place): { token: string; directoryDeviceId?: string } | null {
  if (place.os === "cros") {
    if (config.chromeosEnrolToken === "" || place.directoryDeviceId === "") return null;
    return { token: config.chromeosEnrolToken, directoryDeviceId: place.directoryDeviceId };
  }
  return config.deviceEnrolToken === "" ? null : { token: config.deviceEnrolToken };
}
