/** The service worker's wiring: events in, answers out. What is decided is decided in the modules. */

import { MIN_ALARM_MS } from "./backoff";
import { showBadge } from "./badge";
import { Heedful } from "./heedful";
import type { ContentMessage, FrameMessage, HelloAnswer, PageOfOursMessage, StaleAnswer, TextMessage } from "./messages";
import type { Place } from "./observe";
import { agentVersion } from "./platform";
import { noteReport } from "./reports";
import { searchQuery } from "./search";
import { statusOf } from "./status";
import { Update } from "./update";

let lastMode = "";
const started = Heedful.start({ changed, accountChanged: () => tellFrames({ kind: "forget" }) });
/** Messages are handled in the order they came. */
let line: Promise<unknown> = Promise.resolve();

async function changed(heedful: Heedful): Promise<void> {
  const mode = heedful.mode();
  await showBadge(mode, heedful.fault);
  const state = `${mode}|${heedful.isReady}|${heedful.currentPolicy?.version ?? ""}`;
  if (state !== lastMode) {
    lastMode = state;
    await tellFrames({ kind: "ask-again" });
  }
  if (heedful.currentPolicy?.monitor) await showNotice(heedful);
  const hasHours = (heedful.currentPolicy?.hours.windows.length ?? 0) > 0;
  if (hasHours) await chrome.alarms.create("hours", { periodInMinutes: 1 });
  else await chrome.alarms.clear("hours");
}

async function tellFrames(message: FrameMessage): Promise<void> {
  for (const { id } of await chrome.tabs.query({})) {
    if (id !== undefined) chrome.tabs.sendMessage(id, message).catch(() => undefined);
  }
}

/** The notice opens by itself once, and again when the school has changed it. */
async function showNotice(heedful: Heedful): Promise<void> {
  const version = heedful.currentPolicy?.notice.version ?? "";
  const shown = await heedful.kept.get<string>("notice-shown");
  if (version === "" || shown === version) return;
  await heedful.kept.put("notice-shown", version);
  await chrome.tabs.create({ url: chrome.runtime.getURL("notice.html") });
}

/** In line, and with the library at hand. */
function matching<T>(act: (heedful: Heedful) => Promise<T>): Promise<T | undefined> {
  return inLine(async (heedful) => {
    await heedful.libraryLoaded();
    return act(heedful);
  });
}

let inHand = 0;
let lastText = 0;

/** A failure of one event must not stop the next. Its kind is logged, never what it was about. */
function inLine<T>(act: (heedful: Heedful) => Promise<T>): Promise<T | undefined> {
  inHand++;
  const mine = line
    .then(async () => act(await started))
    .catch((error: unknown) => {
      console.warn("heedful:", error instanceof Error ? error.name : "failed");
      return undefined;
    })
    .finally(() => inHand--);
  line = mine;
  return mine;
}

function placeOf(sender: chrome.runtime.MessageSender): Place | null {
  const { tab, url, origin } = sender;
  if (tab?.id === undefined) return null;
  const frameUrl = url && !/^about:|^blob:|^data:/.test(url) ? url : (origin ?? "");
  return { tabId: tab.id, frameUrl, tabUrl: tab.url ?? frameUrl, title: tab.title ?? "" };
}

async function fromContent(message: ContentMessage, place: Place): Promise<HelloAnswer | StaleAnswer | undefined> {
  if (message.kind === "hello") {
    // Not in line: a frame must not wait for the text of another.
    const heedful = await started;
    return { sense: heedful.observer.maySense(place), sitting: heedful.sitting };
  }
  return (await matching((heedful) => looked(heedful, message, place))) ?? undefined;
}

async function looked({ observer, sitting }: Heedful, message: TextMessage, place: Place): Promise<StaleAnswer | void> {
  if (message.sitting !== sitting) return { stale: true };
  lastText = Date.now();
  await (message.kind === "typed" ? observer.typed(message, place) : observer.displayed(message, place));
}

async function fromOurPage(message: PageOfOursMessage): Promise<unknown> {
  const heedful = await started;
  if (message.kind === "report") {
    await heedful.libraryLoaded();
    const id = await heedful.observer.report(String(message.text));
    if (id === null) return { kept: false };
    await noteReport(heedful.kept, id, heedful.who.name, Date.now());
    await heedful.deliver(true);
    return { kept: true };
  }
  return statusOf(heedful);
}

chrome.runtime.onMessage.addListener((message: ContentMessage | PageOfOursMessage, sender, respond) => {
  if (sender.id !== chrome.runtime.id) return false;
  if (sender.url?.startsWith(chrome.runtime.getURL(""))) {
    void fromOurPage(message as PageOfOursMessage).then(respond, () => respond(undefined));
    return true;
  }
  const place = placeOf(sender);
  if (!place) return false;
  void fromContent(message as ContentMessage, place).then(respond);
  return true;
});

async function navigated({ tabId, frameId, url }: { tabId: number; frameId: number; url: string }): Promise<void> {
  if (frameId !== 0) return;
  const place = { tabId, frameUrl: url, tabUrl: url, title: "" };
  const query = searchQuery(url);
  await matching(async (heedful) => {
    await heedful.observer.visited(url, place);
    if (query !== null) await heedful.observer.searched(query, place);
  });
}

chrome.webNavigation.onCommitted.addListener((details) => void navigated(details));
chrome.webNavigation.onHistoryStateUpdated.addListener((details) => void navigated(details));
chrome.webNavigation.onReferenceFragmentUpdated.addListener((details) => void navigated(details));

chrome.tabs.onRemoved.addListener((tabId) => void inLine((heedful) => heedful.forgetTab(tabId)));

chrome.storage.onChanged.addListener((_changes, area) => {
  if (area === "managed") void started.then((heedful) => heedful.settle());
});

chrome.identity?.onSignInChanged?.addListener(() => void inLine((heedful) => heedful.accountMayHaveChanged()));

const updating = started.then(
  (heedful) =>
    new Update({
      kept: heedful.kept,
      current: agentVersion(),
      isBusy: () => inHand > 0 || heedful.isBusy,
      lastText: () => lastText,
      reload: () => chrome.runtime.reload(),
      lookAgain: (ms) => {
        setTimeout(() => void updating.then((update) => update.look()), ms);
        void chrome.alarms.create("update", { when: Date.now() + MIN_ALARM_MS });
      },
    }),
);
updating.catch(() => undefined);

chrome.alarms.onAlarm.addListener(({ name }) => {
  void started.then(async (heedful) => {
    if (name === "drain") await heedful.deliver();
    else if (name === "heartbeat") await heedful.heartbeat();
    else if (name === "settle") await heedful.settle();
    else if (name === "hours") await changed(heedful);
    else if (name === "update") await (await updating).look();
  });
});

/** Pages that were open before this version have no living sensor. */
async function sense(tab: chrome.tabs.Tab): Promise<void> {
  if (tab.id === undefined) return;
  await chrome.scripting.executeScript({ target: { tabId: tab.id, allFrames: true }, files: ["content.js"] }).catch(() => undefined);
}

chrome.runtime.onInstalled.addListener(() => {
  void chrome.tabs.query({ url: ["http://*/*", "https://*/*"] }).then((tabs) => Promise.all(tabs.map(sense)));
});
chrome.runtime.onStartup.addListener(() => void started.then((heedful) => heedful.deliver(true)));
chrome.runtime.onUpdateAvailable.addListener(({ version }) => void updating.then((update) => update.available(version), () => chrome.runtime.reload()));

// No database, no spool: then it says so, and nothing is sensed.
started.catch(() => void showBadge("trouble", "storage_full"));
void started.then(async (heedful) => {
  await showBadge(heedful.mode(), heedful.fault);
  void heedful.deliver();
  await heedful.settle();
});
