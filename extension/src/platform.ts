/** Facts about this browser that only the extension APIs know. */

import type { Place } from "./config";

interface Brands {
  userAgentData?: { brands: { brand: string; version: string }[] };
}

const OS_NAMES: Record<string, string> = { win: "windows", mac: "macos", cros: "chromeos", linux: "linux", android: "android", openbsd: "openbsd" };

function directoryDeviceId(): Promise<string> {
  const attributes = chrome.enterprise?.deviceAttributes;
  if (!attributes) return Promise.resolve("");
  return new Promise((resolve) => attributes.getDirectoryDeviceId((id) => resolve(chrome.runtime.lastError ? "" : (id ?? ""))));
}

export async function placeOfThis(): Promise<Place> {
  const { os } = await chrome.runtime.getPlatformInfo();
  return { os, directoryDeviceId: os === "cros" ? await directoryDeviceId() : "" };
}

export interface Platform {
  os: string;
  browser: string;
  browser_version: string;
  agent_version: string;
}

export function agentVersion(): string {
  return chrome.runtime.getManifest().version;
}

export function platformOf(os: string): Platform {
  const brands = (navigator as Brands).userAgentData?.brands ?? [];
  const named = brands.find((b) => /Edge|Google Chrome|Opera|Brave/.test(b.brand)) ?? brands.find((b) => b.brand === "Chromium");
  return { os: OS_NAMES[os] ?? os, browser: named?.brand ?? "Chromium", browser_version: named?.version ?? "", agent_version: agentVersion() };
}
