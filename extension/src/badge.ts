/** The sign in the toolbar: always there, in words and colour. No setting takes it away. */

import { type Fault, FAULT_WORDS } from "./faults";

export type Mode = "watching" | "resting" | "trouble" | "not_set_up";

const FACES: Record<Mode, { text: string; colour: string; title: string }> = {
  watching: { text: "on", colour: "#0f6b5c", title: "Heedful is on. It looks at what is written and shown here for your school. Click to see what that means." },
  resting: { text: "rest", colour: "#5b6770", title: "Heedful is resting. It is not looking at anything now." },
  trouble: { text: "!", colour: "#8a4b00", title: "Heedful can't reach your school at the moment. What it holds is sent later." },
  not_set_up: { text: "–", colour: "#5b6770", title: "Heedful is not set up here. It is not looking at anything." },
};

function titleOf(mode: Mode, fault: Fault): string {
  if (mode !== "trouble" || fault === "none") return FACES[mode].title;
  return `Heedful can't work as it should here. ${FAULT_WORDS[fault].pupil} Click to see what to do.`;
}

export async function showBadge(mode: Mode, fault: Fault): Promise<void> {
  const face = FACES[mode];
  await chrome.action.setBadgeText({ text: face.text });
  await chrome.action.setBadgeBackgroundColor({ color: face.colour });
  await chrome.action.setBadgeTextColor({ color: "#ffffff" });
  await chrome.action.setTitle({ title: titleOf(mode, fault) });
}
