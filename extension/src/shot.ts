/**
 * A picture of the tab, only where the school has switched pictures on, and never where sexual imagery is possible (E01).
 *
 * Whatever can't be known (page not looked at yet, tab changed, a secret field in view) means: no picture.
 */

import { hostOf, isListed, isNeverPictured } from "./hosts";
import type { Finding } from "./matcher";
import { base64 } from "./signing";
import type { Policy, Screenshot } from "./wire";

const SEXUAL = new Set(["nudes", "sexual_exploitation", "sexual_content", "abuse_disclosure"]);
const MAX_EDGE = 1_024;
const MAX_BYTES = 300_000;
const EVERY_MS = 5_000;

export interface PageState {
  url: string;
  /** The displayed text has been through the matcher at least once. */
  looked: boolean;
  /** Something sexual was found in it, at any severity. */
  sexual: boolean;
}

/** A finding without a theme is a locked list's: it may be of anything. */
export function isSexual(findings: readonly Pick<Finding, "theme">[]): boolean {
  return findings.some((f) => SEXUAL.has(f.theme) || f.theme === "");
}

/** The rule alone; asks nothing of the browser. */
export function mayPicture(policy: Policy, findings: readonly Finding[], page: PageState | undefined, tabUrl: string): boolean {
  if (!policy.pictures || isSexual(findings)) return false;
  if (!page || page.url !== tabUrl || !page.looked || page.sexual) return false;
  const host = hostOf(tabUrl);
  return !isNeverPictured(host) && !isListed(host, policy.private_hosts);
}

async function isInFront(tabId: number, url: string): Promise<boolean> {
  const tab = await chrome.tabs.get(tabId);
  return tab.active && !tab.incognito && tab.url === url;
}

/** True when any frame of the tab shows a field that is never read; also when a frame does not answer. */
async function showsSecret(tabId: number): Promise<boolean> {
  const frames = (await chrome.webNavigation.getAllFrames({ tabId })) ?? [];
  const answers = frames
    .filter((f) => /^(https?|about):/.test(f.url))
    .map((f) => chrome.tabs.sendMessage(tabId, { kind: "secret-visible" }, { frameId: f.frameId }).then((seen) => seen !== false, () => true));
  return (await Promise.all(answers)).some(Boolean);
}

/** At most 1,024 pixels on the longer edge, WebP, at most 300 kB; null when it can't be made that small. */
async function shrink(dataUrl: string): Promise<Screenshot | null> {
  const bitmap = await createImageBitmap(await (await fetch(dataUrl)).blob());
  const scale = Math.min(1, MAX_EDGE / Math.max(bitmap.width, bitmap.height));
  const canvas = new OffscreenCanvas(Math.max(1, Math.round(bitmap.width * scale)), Math.max(1, Math.round(bitmap.height * scale)));
  canvas.getContext("2d")?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  for (const quality of [0.7, 0.5, 0.3]) {
    const blob = await canvas.convertToBlob({ type: "image/webp", quality });
    if (blob.type === "image/webp" && blob.size <= MAX_BYTES) return { media_type: "image/webp", data: base64(await blob.arrayBuffer()) };
  }
  return null;
}

export class Camera {
  private readonly lastAt = new Map<number, number>();

  /** The visible tab, or null for any of the many reasons not to. Never raises. */
  async take(tabId: number, url: string, now: number): Promise<Screenshot | null> {
    if (now - (this.lastAt.get(tabId) ?? -EVERY_MS) < EVERY_MS) return null;
    this.lastAt.set(tabId, now);
    try {
      if (!(await isInFront(tabId, url)) || (await showsSecret(tabId))) return null;
      const { windowId } = await chrome.tabs.get(tabId);
      const picture = await chrome.tabs.captureVisibleTab(windowId, { format: "jpeg", quality: 80 });
      if (!(await isInFront(tabId, url)) || (await showsSecret(tabId))) return null;
      return await shrink(picture);
    } catch {
      // The tab is gone, the page forbids it, or the browser's limit is reached: the capture goes without.
      return null;
    }
  }
}
