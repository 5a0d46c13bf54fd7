/** The sensor: one in each frame. It reads and passes on to the worker of this extension; it decides nothing and keeps nothing. */

import { isBlock } from "./fields";
import type { ContentMessage, FrameMessage, HelloAnswer, PageMessage, StaleAnswer, TypedMessage } from "./messages";
import { isShown, PageReader } from "./page";
import { SecretMemory, SecretWatch } from "./secret";
import { TypingSensor } from "./typing";

const FIRST_LOOK_MS = 500;
const LOOK_AGAIN_MS = 1_000;
const MAX_CHANGED_NODES = 400;
const SECRET_IN_PICTURE = /^(password|text|tel|number|textarea)$/;

interface Guarded {
  /** `senses`: it has been told to, and what is written from now on is seen. */
  heedfulSensor?: { alive(): boolean; senses(): boolean };
}

const fresh = document.readyState === "loading" || location.href === "about:blank" || location.href === "about:srcdoc";
const memory = new SecretMemory();
const watch = new SecretWatch(memory);
const shadows = new Set<ShadowRoot>();
const reader = new PageReader();
let typing: TypingSensor | null = null;
let pageObserver: MutationObserver | null = null;
let lookTimer: ReturnType<typeof setTimeout> | undefined;
let changed: Set<Node> | "all" = "all";
let sitting = 0;

/** False once the extension was updated or removed under this page: then the sensor falls silent. */
function alive(): boolean {
  return chrome.runtime?.id !== undefined;
}

async function tell(message: ContentMessage): Promise<unknown> {
  if (!alive()) {
    stop();
    return undefined;
  }
  try {
    return await chrome.runtime.sendMessage(message);
  } catch {
    // The worker was being replaced. One more try wakes the new one; an orphan stops.
    if (!alive()) {
      stop();
      return undefined;
    }
    return chrome.runtime.sendMessage(message).catch(() => undefined);
  }
}

async function tellText(message: TypedMessage | PageMessage): Promise<void> {
  const answer = (await tell({ ...message, sitting })) as StaleAnswer | undefined;
  if (answer?.stale) await ask();
}

function shadowOf(el: Element): ShadowRoot | null {
  return chrome.dom?.openOrClosedShadowRoot?.(el as HTMLElement) ?? el.shadowRoot;
}

function metShadow(root: ShadowRoot, fromBirth: boolean): void {
  watch.watch(root, fromBirth);
  if (shadows.has(root)) return;
  shadows.add(root);
  pageObserver?.observe(root, { subtree: true, childList: true, characterData: true });
  root.addEventListener("heedful:shadow", madeShadow, true);
  root.addEventListener("focusin", (event) => focused(event), { capture: true, passive: true });
  if (root.mode === "closed") typing?.listen(root);
}

/** A closed shadow root hides its fields from window listeners: step inside when the focus goes there. */
function focused(event: Event): void {
  const el = event.composedPath()[0] as Element;
  const root = el?.nodeType === 1 ? shadowOf(el) : null;
  if (root) metShadow(root, false);
}

/** Our script in the page's world has seen a shadow root being made. A forged one only makes us more careful. */
function madeShadow(event: Event): void {
  const host = (event as MouseEvent).relatedTarget as Element | null;
  const root = host?.nodeType === 1 ? shadowOf(host) : null;
  if (root && alive()) metShadow(root, root.childNodes.length === 0);
}

function look(): void {
  lookTimer = undefined;
  if (!document.body) return;
  const roots = changed === "all" ? [document.body, ...shadows] : [...changed].filter((node) => node.isConnected && isShown(node));
  changed = new Set();
  const text = reader.read(roots, window === window.top ? document.title : "");
  if (text !== "") void tellText({ kind: "page", text });
}

function lookSoon(ms: number): void {
  lookTimer ??= setTimeout(() => (document.visibilityState === "hidden" ? look() : requestIdleCallback(look, { timeout: 500 })), ms);
}

function blockOf(el: Element): Element {
  let at: Element | null = el;
  while (at && !isBlock(at)) at = at.parentElement;
  return at ?? el;
}

function noteChanges(records: MutationRecord[]): void {
  for (const { target } of records) {
    if (changed === "all") break;
    const el = target.nodeType === 3 ? target.parentElement : target;
    if (el) changed.add(el.nodeType === 1 ? blockOf(el as Element) : el);
    if (changed.size > MAX_CHANGED_NODES) changed = "all";
  }
  lookSoon(LOOK_AGAIN_MS);
}

function start(): void {
  if (typing) return;
  typing = new TypingSensor(memory, watch, (message) => void tellText(message));
  typing.listen(window);
  for (const root of shadows) if (root.mode === "closed") typing.listen(root);
  pageObserver = new MutationObserver(noteChanges);
  const begin = (): void => {
    if (!pageObserver) return;
    pageObserver.observe(document, { subtree: true, childList: true, characterData: true });
    for (const root of shadows) pageObserver.observe(root, { subtree: true, childList: true, characterData: true });
    changed = "all";
    lookSoon(FIRST_LOOK_MS);
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin, { once: true });
  else begin();
}

function stop(): void {
  typing?.close();
  typing = null;
  pageObserver?.disconnect();
  pageObserver = null;
  clearTimeout(lookTimer);
  lookTimer = undefined;
}

async function ask(): Promise<void> {
  const answer = (await tell({ kind: "hello" })) as HelloAnswer | undefined;
  if (answer && answer.sitting !== sitting) {
    sitting = answer.sitting;
    typing?.forgetAll();
  }
  if (answer?.sense) start();
  else stop();
}

function secretInView(): boolean {
  watch.settle();
  const fields = [document, ...shadows].flatMap((root) => [...root.querySelectorAll<HTMLInputElement>("input,textarea")]);
  return fields.some((el) => SECRET_IN_PICTURE.test(el.type) && el.checkVisibility() && memory.isSecret(el));
}

/** An old sensor of this same extension run is still good: a second one would tell everything twice. */
function begin(): void {
  const world = globalThis as Guarded;
  if (world.heedfulSensor?.alive()) return;
  world.heedfulSensor = { alive, senses: () => typing !== null };
  document.addEventListener("heedful:shadow", madeShadow, true);
  watch.watch(document, fresh);
  window.addEventListener("focusin", focused, { capture: true, passive: true });
  chrome.runtime.onMessage.addListener((message: FrameMessage, _sender, answer) => {
    if (message.kind === "forget") typing?.forgetAll();
    if (message.kind === "ask-again" || message.kind === "forget") void ask();
    else if (message.kind === "secret-visible") answer(secretInView());
  });
  // A page that comes back out of the browser's memory has heard nothing meanwhile.
  window.addEventListener("pageshow", (event) => { if (event.persisted) void ask(); });
  void ask();
}

begin();
