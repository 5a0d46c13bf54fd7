/** The popup: what is looked at, where help is, and a way to tell someone. */

import type { Mode } from "./badge";
import { type Fault, wordsFor } from "./faults";
import { askWorker, byId, fillHelp, fillList, NOT, status, WHAT } from "./pages";
import type { Status } from "./status";

const MODES: Record<Mode, { pill: string; lead: string }> = {
  watching: { pill: "On", lead: "Heedful is on. It looks for signs that someone may be hurt, in danger or in need of help. Nearly everything stays on this computer." },
  resting: { pill: "Resting", lead: "Heedful is resting. It is not looking at anything now." },
  trouble: { pill: "Can’t connect", lead: "Heedful can’t reach your school at the moment. What it holds is sent when it can." },
  not_set_up: { pill: "Not set up", lead: "Heedful is not set up in this browser. It is not looking at anything." },
};

const REPORTS = {
  waiting: "Your message is kept safely on this computer. It goes to your school as soon as the computer can reach it. If you need help now, tell an adult or call one of the numbers below.",
  arrived: "Your message has arrived at your school.",
  not_taken: "Your message could not be taken by your school. Please tell an adult, or call one of the numbers below.",
};

function whenRead(seen: Status): string {
  const next = seen.notice?.next_read ?? "";
  return next === "" ? "A trained person at your school reads messages on school days. Nobody may see it before then." : `When will a person read it? ${next}`;
}

function whoAndWhere({ account, device }: Status): string {
  const who = account ? `You are signed in as ${account}.` : "The school’s computer does not know who is using it now.";
  return device ? `${who} This device is ${device}.` : who;
}

function showState(seen: Status): string {
  if (seen.mode === "not_set_up") return "";
  if (seen.waiting > 0) return `${seen.waiting} waiting to be sent`;
  return "Nothing is waiting to be sent";
}

/** The lead says what is wrong in the pupil's words; the technician's stand below, closed. */
function leadOf(seen: Status): string {
  if (seen.mode !== "trouble" || seen.fault === "none") return MODES[seen.mode].lead;
  const { pupil } = wordsFor(seen.fault, seen.dark)!;
  return seen.dark ? `Heedful is not looking at anything here at the moment. ${pupil} Your school can see that this computer isn’t covered. You need not do anything.` : `Heedful has a problem here. ${pupil} Please tell the person who looks after the computers.`;
}

function pillOf(seen: Status): string {
  return seen.mode === "trouble" && seen.fault !== "none" ? "Problem" : MODES[seen.mode].pill;
}

function showFault(fault: Fault, dark: boolean, version: string): void {
  const words = wordsFor(fault, dark);
  byId("fault").hidden = words === null;
  byId("technician").textContent = words ? `${words.technician} (${fault}, version ${version})` : "";
}

/** The worker could not even open its storage: there is nothing else to show. */
function showBroken(): void {
  const words = wordsFor("storage_full", true)!;
  byId("mode").textContent = "Problem";
  byId("mode").dataset.mode = "trouble";
  byId("lead").textContent = "Heedful can’t work in this browser: it can’t open its own storage, and is not looking at anything. Please tell the person who looks after the computers.";
  byId("fault").hidden = false;
  byId("technician").textContent = words.technician;
  byId("tell").hidden = true;
}

async function show(): Promise<void> {
  const seen = await status();
  if (!seen) return showBroken();
  const pill = byId("mode");
  pill.textContent = pillOf(seen);
  pill.dataset.mode = seen.mode;
  byId("lead").textContent = leadOf(seen);
  showFault(seen.fault, seen.dark, seen.version);
  byId("school").textContent = seen.school;
  byId("when").textContent = whenRead(seen);
  fillHelp(byId("help"), seen.help);
  fillList(byId("what"), [...(seen.notice?.what.length ? seen.notice.what : WHAT), ...(seen.pictures ? ["Sometimes a picture of the page, when something worrying is found"] : [])]);
  fillList(byId("not"), seen.notice?.not.length ? seen.notice.not : NOT);
  byId("who").textContent = seen.notice?.who_sees || "The trained people at your school who keep pupils safe.";
  byId("account").textContent = whoAndWhere(seen);
  byId("state").textContent = showState(seen);
  byId("sent").textContent = seen.report ? REPORTS[seen.report] : "";
  byId<HTMLElement>("tell").hidden = !seen.canTell;
}

async function send(event: SubmitEvent): Promise<void> {
  event.preventDefault();
  const words = byId<HTMLTextAreaElement>("words");
  const button = byId("tell").querySelector("button");
  if (words.value.trim() === "" || !button) return;
  button.disabled = true;
  try {
    const answer = (await askWorker({ kind: "report", text: words.value })) as { kept?: boolean } | undefined;
    if (answer?.kept) words.value = "";
    await show();
    if (!answer?.kept) byId("sent").textContent = REPORTS.not_taken;
  } finally {
    button.disabled = false;
  }
}

byId("tell").addEventListener("submit", (event) => void send(event as SubmitEvent));
void show();
setInterval(() => void show(), 3_000);
