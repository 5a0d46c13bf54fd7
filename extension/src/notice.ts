/** The notice page: opens by itself once, and whenever the school changes what it says. */

import { byId, fillHelp, fillList, NOT, status, WHAT } from "./pages";

async function show(): Promise<void> {
  const { school, notice, help } = await status();
  byId("school").textContent = school;
  fillList(byId("what"), notice?.what.length ? notice.what : WHAT);
  fillList(byId("not"), notice?.not.length ? notice.not : NOT);
  byId("who").textContent = notice?.who_sees || "The trained people at your school who keep pupils safe.";
  fillHelp(byId("help"), help);
}

void show();
