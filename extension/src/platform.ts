/** Facts about this browser that only the extension APIs know. */

import type { Place } from "./config";

interface Brands {
  userAgentData?: { brands: { brand: string; version: string }[] };
}

const OS_NAMES: Record<string, string> = { win: "windows", mac: "macos", cros: "chromeos", linux: "linux", android: "android", openbsd: "openbsd" };

type Attribute = "getDirectoryDeviceId" | "getDeviceSerialNumber" | "getDeviceAssetId";

/** Answered on a Chromebook that the school's directory manages; empty everywhere else. */
function attribute(name: Attribute): Promise<string> {
  const attributes = chrome.enterprise?.deviceAttributes;
  if (!attributes?.[name]) return Promise.resolve("");
  return new Promise((resolve) => attributes[name]((value) => resolve(chrome.runtime.lastError ? "" : (value ?? ""))));
}

export async function placeOfThis(): Promise<Place> {
  const { os } = await chrome.runtime.getPlatformInfo();
  if (os !== "cros") return { os, directoryDeviceId: "" };
  return { os, directoryDeviceId: await attribute("getDirectoryDeviceId"), serialNumber: await attribute("getDeviceSerialNumber"), assetId: await attribute("getDeviceAssetId") };
}

/** True while a policy keeps the extension: nobody can remove it or switch it off. */
export async function isForced(): Promise<boolean> {
  const { installType, mayDisable } = await chrome.management.getSelf();
  return installType === "admin" && !mayDisable;
}

export function isIncognitoAllowed(): Promise<boolean> {
  return chrome.extension.isAllowedIncognitoAccess();
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
