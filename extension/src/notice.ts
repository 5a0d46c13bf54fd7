/** The notice page: opens by itself once, and whenever the school changes what it says. */

import { byId, fillHelp, fillList, NOT, status, WHAT } from "./pages";

async function show(): Promise<void> {
  const seen = await status();
  const notice = seen?.notice;
  byId("school").textContent = seen?.school ?? "";
  fillList(byId("what"), notice?.what.length ? notice.what : WHAT);
  fillList(byId("not"), notice?.not.length ? notice.not : NOT);
  byId("who").textContent = notice?.who_sees || "The trained people at your school who keep pupils safe.";
  fillHelp(byId("help"), seen?.help ?? []);
}

void show();
