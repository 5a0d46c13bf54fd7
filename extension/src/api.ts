/** Signed requests to the gateway, one at a time, each with the next number (contracts/device-api.md). */

import type { Kept } from "./db";
import { base64url, signRequest } from "./signing";

const TIMEOUT_MS = 15_000;
const MAX_SEQUENCE = 9007199254740991;

/** The gateway answered, but not with what was asked for. */
export class Refused extends Error {
  constructor(readonly status: number, readonly retryAfterSeconds: number | null = null) {
    super(`the gateway answered ${status}`);
    this.name = "Refused";
  }
}

/** Nobody answered: no network, no name, no TLS, too slow. */
export class Unreachable extends Error {
  constructor(cause: unknown) {
    super("the gateway can't be reached", { cause });
    this.name = "Unreachable";
  }
}

export interface DeviceKey {
  privateKey: CryptoKey;
  /** base64url of the 32 raw bytes. */
  publicKey: string;
}

/** The device's own key pair, made once; the private half can't be exported. */
export async function deviceKey(kept: Kept): Promise<DeviceKey> {
  const held = await kept.get<DeviceKey>("device-key");
  if (held) return held;
  const pair = (await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"])) as CryptoKeyPair;
  const made = { privateKey: pair.privateKey, publicKey: base64url(await crypto.subtle.exportKey("raw", pair.publicKey)) };
  return kept.change<DeviceKey>("device-key", (old) => old ?? made);
}

export interface Answer {
  status: number;
  headers: Headers;
  body: ArrayBuffer;
}

export interface Call {
  method: "GET" | "POST";
  /** Below the server's address, with query: `/device/v1/policy?account=`. */
  path: string;
  body?: unknown;
  headers?: Record<string, string>;
}

async function send(url: URL, init: RequestInit): Promise<Answer> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), TIMEOUT_MS);
  try {
    const response = await fetch(url, { ...init, signal: abort.signal, credentials: "omit", cache: "no-store", redirect: "error", referrerPolicy: "no-referrer" });
    return { status: response.status, headers: response.headers, body: await response.arrayBuffer() };
  } catch (cause) {
    throw new Unreachable(cause);
  } finally {
    clearTimeout(timer);
  }
}

export function addressOf(serverUrl: string, path: string): URL {
  return new URL(serverUrl.replace(/\/+$/, "") + path);
}

/** An unsigned request: the bundle, the same for all schools. */
export function fetchPublic(serverUrl: string, path: string, headers: Record<string, string> = {}): Promise<Answer> {
  return send(addressOf(serverUrl, path), { method: "GET", headers });
}

export function bodyOf(answer: Answer): unknown {
  return JSON.parse(new TextDecoder().decode(answer.body));
}

function refused(answer: Answer): Refused {
  const retry = Number(answer.headers.get("Retry-After"));
  return new Refused(answer.status, Number.isFinite(retry) && retry > 0 ? retry : null);
}

function lastSequence(answer: Answer): number | null {
  try {
    const { last_sequence } = bodyOf(answer) as { last_sequence?: unknown };
    return Number.isSafeInteger(last_sequence) ? (last_sequence as number) : null;
  } catch {
    // A proxy's own 409 page: not the gateway's word.
    return null;
  }
}

export class DeviceApi {
  private line: Promise<unknown> = Promise.resolve();

  constructor(private readonly kept: Kept, private readonly serverUrl: string, private readonly deviceId: string, private readonly key: DeviceKey) {}

  /** 2xx and 304 come back; else Refused or Unreachable. Requests wait in line, so that numbers arrive in order. */
  call(call: Call): Promise<Answer> {
    const mine = this.line.then(() => this.callNow(call));
    this.line = mine.catch(() => undefined);
    return mine;
  }

  private async callNow(call: Call): Promise<Answer> {
    for (let attempt = 0; ; attempt++) {
      const answer = await this.signedOnce(call);
      if (answer.status === 409 && attempt < 3) {
        const last = lastSequence(answer);
        if (last === null) throw refused(answer);
        await this.kept.change<number>("sequence", (own) => Math.max(own ?? 0, last));
        continue;
      }
      if ((answer.status >= 200 && answer.status < 300) || answer.status === 304) return answer;
      throw refused(answer);
    }
  }

  private async signedOnce({ method, path, body, headers }: Call): Promise<Answer> {
    const url = addressOf(this.serverUrl, path);
    const bytes = new TextEncoder().encode(body === undefined ? "" : JSON.stringify(body));
    // Written before it is used: a worker killed now skips a number, it never repeats one.
    const sequence = await this.kept.change<number>("sequence", (own) => Math.min((own ?? 0) + 1, MAX_SEQUENCE));
    const signature = await signRequest(this.key.privateKey, { method, path: url.pathname + url.search, device: this.deviceId, sequence, body: bytes });
    const signed: Record<string, string> = { ...headers, "Heedful-Device": this.deviceId, "Heedful-Sequence": String(sequence), "Heedful-Signature": signature };
    if (body !== undefined) signed["Content-Type"] = "application/json";
    return send(url, { method, headers: signed, ...(body === undefined ? {} : { body: bytes }) });
  }
}

/** The enrolment request: signed by the new key, device `enrol`, sequence 0. */
export async function enrolRequest(serverUrl: string, key: DeviceKey, body: unknown): Promise<Answer> {
  const url = addressOf(serverUrl, "/device/v1/enrol");
  const bytes = new TextEncoder().encode(JSON.stringify(body));
  const signature = await signRequest(key.privateKey, { method: "POST", path: url.pathname, device: "enrol", sequence: 0, body: bytes });
  const answer = await send(url, {
    method: "POST",
    body: bytes,
    headers: { "Content-Type": "application/json", "Heedful-Device": "enrol", "Heedful-Sequence": "0", "Heedful-Signature": signature },
  });
  if (answer.status !== 201 && answer.status !== 200) throw refused(answer);
  return answer;
}
