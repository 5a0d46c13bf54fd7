/** The bytes that are signed, as contracts/device-api.md sets them down; Ed25519 by WebCrypto. */

const encoder = new TextEncoder();

export function base64url(bytes: Uint8Array | ArrayBuffer): string {
  return base64(bytes).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

export function base64(bytes: Uint8Array | ArrayBuffer): string {
  const view = bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes);
  let binary = "";
  for (let i = 0; i < view.length; i += 0x8000) binary += String.fromCharCode(...view.subarray(i, i + 0x8000));
  return btoa(binary);
}

/** Raises on anything that is not base64url. */
export function fromBase64url(text: string): Uint8Array<ArrayBuffer> {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) throw new TypeError("not base64url");
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
}

export async function sha256Hex(bytes: Uint8Array<ArrayBuffer> | ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (b) => b.toString(16).padStart(2, "0")).join("");
}

export interface ToSign {
  method: string;
  /** Path with query, as sent. */
  path: string;
  device: string;
  sequence: number;
  body: Uint8Array<ArrayBuffer>;
}

export async function requestBytes({ method, path, device, sequence, body }: ToSign): Promise<Uint8Array<ArrayBuffer>> {
  return encoder.encode(["heedful-device-v1", method, path, device, String(sequence), await sha256Hex(body), ""].join("\n"));
}

export async function signRequest(key: CryptoKey, what: ToSign): Promise<string> {
  return base64url(await crypto.subtle.sign("Ed25519", key, await requestBytes(what)));
}

async function verify(publicKey: string, signature: string, message: string): Promise<boolean> {
  try {
    const key = await crypto.subtle.importKey("raw", fromBase64url(publicKey), "Ed25519", false, ["verify"]);
    return await crypto.subtle.verify("Ed25519", key, fromBase64url(signature), encoder.encode(message));
  } catch {
    // A key or signature that is not even well formed verifies nothing.
    return false;
  }
}

export async function verifyPolicy(publicKey: string, signature: string, device: string, body: ArrayBuffer): Promise<boolean> {
  return verify(publicKey, signature, `heedful-policy-v1\n${device}\n${await sha256Hex(body)}\n`);
}

export async function verifyBundle(publicKey: string, signature: string, body: ArrayBuffer): Promise<boolean> {
  return verify(publicKey, signature, `heedful-bundle-v1\n${await sha256Hex(body)}\n`);
}
