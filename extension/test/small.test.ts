import assert from "node:assert/strict";
import { test } from "node:test";
import { backoffMs } from "../src/backoff";
import { pageAddress, windowRound } from "../src/capture";
import { rfc3339 } from "../src/clock";
import { isAllowedServer, readConfig, tokenFor } from "../src/config";
import { heartbeatMinutes } from "../src/heartbeat";
import { hostOf, isAiChat, isListed, isNeverPictured } from "../src/hosts";
import { whoIsTyping } from "../src/identity";
import { searchQuery } from "../src/search";
import { namesSecret } from "../src/secret-names";
import { withoutTestPhrase } from "../src/testphrase";
import { uuid7 } from "../src/uuid7";

test("ids are UUIDv7 and sort by time", () => {
  const id = uuid7(0x019ab2f45c1a);
  assert.match(id, /^019ab2f4-5c1a-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.ok(uuid7(1_000) < uuid7(2_000));
  assert.equal(new Set(Array.from({ length: 1_000 }, () => uuid7())).size, 1_000);
});

test("times carry their offset", () => {
  const at = new Date("2026-11-24T09:15:02.120Z");
  assert.equal(rfc3339(at, 0), "2026-11-24T09:15:02.120+00:00");
  assert.equal(rfc3339(at, 330), "2026-11-24T14:45:02.120+05:30");
  assert.equal(rfc3339(at, -210), "2026-11-24T05:45:02.120-03:30");
});

test("searches are read from the address of a results page", () => {
  for (const [url, query] of [
    ["https://www.google.com/search?q=how+to+fly&oq=x", "how to fly"],
    ["https://www.google.co.uk/search?q=a%20b", "a b"],
    ["https://www.bing.com/search?q=a+b", "a b"],
    ["https://www.bing.com/images/search?q=a", "a"],
    ["https://duckduckgo.com/?q=a", "a"],
    ["https://www.youtube.com/results?search_query=a+b", "a b"],
    ["https://www.ecosia.org/search?q=a", "a"],
    ["https://www.tiktok.com/search?q=a", "a"],
    ["https://www.google.com/search?q=", null],
    ["https://docs.google.com/search?q=a", null],
    ["https://notgoogle.com/search?q=a", null],
    ["https://www.youtube.com/watch?v=a", null],
    ["chrome://settings/?q=a", null],
    ["no address", null],
  ] as const) assert.equal(searchQuery(url), query, url);
});

test("hosts are listed with all that is below them, and nothing beside", () => {
  assert.ok(isListed("www.childline.org.uk", ["childline.org.uk"]));
  assert.ok(isListed("childline.org.uk", ["*.Childline.org.uk"]));
  assert.ok(!isListed("notchildline.org.uk", ["childline.org.uk"]));
  assert.ok(!isListed("", ["childline.org.uk", ""]));
  assert.equal(hostOf("https://Bank.Example./x"), "bank.example");
  assert.equal(hostOf("file:///a"), "");
  assert.ok(isAiChat("chatgpt.com") && !isAiChat("example.com"));
});

test("chat, mail, photo, video-call and AI sites are never pictured", () => {
  for (const host of ["mail.google.com", "web.whatsapp.com", "photos.google.com", "meet.google.com", "civitai.com", "chatgpt.com", "video.school.example", "webmail.school.example", ""])
    assert.ok(isNeverPictured(host), host);
  for (const host of ["docs.school.example", "en.wikipedia.org", "bbc.co.uk"]) assert.ok(!isNeverPictured(host), host);
});

test("names of secrets are known in many languages, and other names are not", () => {
  for (const name of ["password", "userPass", "login_pwd", "user-pin", "OTP", "Passwort", "Mot de passe", "contraseña", "hasło", "пароль", "密码", "cyfrinair", "card-number", "cvc", "كلمة المرور", "पासवर्ड", "oneTimeCode", "contrasen\u0303a"])
    assert.ok(namesSecret(name), name);
  for (const name of ["message", "passage", "compass", "opinion", "pinterest", "shipping", "comment", "q", "encompass", "bypassed", ""]) assert.ok(!namesSecret(name), name);
});

test("only https, or this same machine, may be the server", () => {
  for (const url of ["https://heedful.school.example", "http://127.0.0.1:8000", "http://localhost:9"]) assert.ok(isAllowedServer(url), url);
  for (const url of ["http://heedful.school.example", "http://10.0.0.4", "ftp://a", "", "https://user:word@a.example", "javascript:1"]) assert.ok(!isAllowedServer(url), url);
});

test("a family computer with a pupil's account has no token that counts", () => {
  const config = readConfig({ serverUrl: "https://h.example/", chromeosEnrolToken: "c", pupil: "${user_name}" })!;
  assert.equal(config.serverUrl, "https://h.example");
  assert.equal(config.pupil, "");
  assert.equal(tokenFor(config, { os: "win", directoryDeviceId: "" }), null);
  assert.equal(tokenFor(config, { os: "win", directoryDeviceId: "abc" }), null);
  assert.equal(tokenFor(config, { os: "cros", directoryDeviceId: "" }), null);
  assert.deepEqual(tokenFor(config, { os: "cros", directoryDeviceId: "abc" }), { token: "c", directoryDeviceId: "abc" });
});

test("the device token counts everywhere but on ChromeOS", () => {
  const config = readConfig({ serverUrl: "https://h.example", deviceEnrolToken: "d" })!;
  assert.deepEqual(tokenFor(config, { os: "linux", directoryDeviceId: "" }), { token: "d" });
  assert.equal(tokenFor(config, { os: "cros", directoryDeviceId: "abc" }), null);
  assert.equal(readConfig({ deviceEnrolToken: "d" }), null);
  assert.equal(readConfig({ serverUrl: 5 }), null);
});

test("who is typing: managed, then profile, then native, then nobody", async () => {
  const from = (managedPupil: string, email: string, native: string | null, os = "linux", lastNative = "") =>
    whoIsTyping({ managedPupil, os, profileEmail: async () => email, nativeUser: async () => native, lastNative });
  assert.deepEqual(await from("sam", "a@b", "n"), { name: "sam", identity_confidence: "certain", how: "managed" });
  assert.deepEqual(await from("", "a@b", "n"), { name: "a@b", identity_confidence: "likely", how: "profile" });
  assert.deepEqual(await from("", "a@b", "n", "cros"), { name: "a@b", identity_confidence: "certain", how: "profile" });
  assert.deepEqual(await from("", "", "n\u0007"), { name: "n", identity_confidence: "likely", how: "native" });
  assert.deepEqual(await from(" ", "", ""), { name: "", identity_confidence: "unknown", how: "none" });
  assert.equal((await from("", "", null, "linux", "pupil07")).name, "pupil07");
  assert.equal((await from("", "", "", "linux", "pupil07")).name, "");
});

test("the test phrase is found across spacing and case, and taken out in place", () => {
  assert.deepEqual(withoutTestPhrase("so Seven  purple\nkettles now", "seven purple kettles"), { found: true, rest: `so ${" ".repeat(21)} now` });
  assert.equal(withoutTestPhrase("seven kettles", "seven purple kettles").found, false);
  assert.equal(withoutTestPhrase("anything", "").found, false);
  assert.equal(withoutTestPhrase("a.b (c)", "A.B (c)").found, true);
  assert.equal(withoutTestPhrase("aXb", "a.b").found, false);
});

const finding = (start: number, end: number, severity = 5) => ({ theme: "suicide", rule: "suicide.kill-myself", severity, start, end });

test("the window keeps the hits, re-based in code points", () => {
  const text = `${"🙂 ".repeat(3_000)}kill myself ${"x ".repeat(3_000)}`;
  const start = 6_000;
  const window = windowRound(text, [finding(start, start + 11)]);
  const points = Array.from(window.text);
  assert.ok(points.length <= 2_000);
  assert.deepEqual(window.hits.map((h) => points.slice(h.start, h.end).join("")), ["kill myself"]);
});

test("a window is round the most severe hit, and drops what lies outside", () => {
  const text = `kill myself ${"y ".repeat(3_000)}kill myself`;
  const length = Array.from(text).length;
  const window = windowRound(text, [finding(0, 11, 3), finding(length - 11, length, 5)]);
  assert.equal(window.hits.length, 1);
  assert.ok(window.text.endsWith("kill myself"));
});

test("no window has more than fifty hits", () => {
  const text = "ab ".repeat(200);
  assert.equal(windowRound(text, Array.from({ length: 200 }, (_, i) => finding(i * 3, i * 3 + 2))).hits.length, 50);
});

test("page addresses lose fragment, sign-in and secret parameters", () => {
  assert.equal(pageAddress("https://sam:word@a.example/x?q=1&password=hush&access_token=t#part"), "https://a.example/x?q=1&password=hidden&access_token=hidden");
  assert.equal(pageAddress("not an address"), "");
  assert.ok(pageAddress(`https://a.example/?q=${"x".repeat(3_000)}`) === "https://a.example/");
});

test("back-off doubles to five minutes, with jitter", () => {
  assert.equal(backoffMs(1, 0.5), 1_000);
  assert.equal(backoffMs(4, 0.5), 8_000);
  assert.equal(backoffMs(40, 0.5), 300_000);
  assert.equal(backoffMs(1, 0), 750);
  assert.equal(backoffMs(1, 1), 1_250);
});

test("heartbeats are spread by a fifth each way", () => {
  assert.equal(heartbeatMinutes(1_800, 0), 24);
  assert.equal(Math.round(heartbeatMinutes(1_800, 1)), 36);
  assert.ok(heartbeatMinutes(1, 0) >= 0.8);
});
