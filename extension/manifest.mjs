/** The extension's manifest, one base for Chrome, Edge and Chromium. Every permission has its reason beside it. */

const PERMISSIONS = {
  storage: "managed values from the school's policy; session memory for the lines before",
  alarms: "wakes the worker to send what waits, and for the heartbeat",
  webNavigation: "searches, also on pages that change their address by script",
  scripting: "puts the sensor into pages that were open before an install or update",
  tabs: "address and title of the tab in which a capture arose",
  unlimitedStorage: "the spool keeps up to 50 MB while the server can't be reached",
  identity: "with identity.email: the signed-in profile's address, to know whose capture it is",
  "identity.email": "see identity",
  nativeMessaging: "asks the school's optional helper for the name of the signed-in user",
  "enterprise.deviceAttributes": "ChromeOS: proves that the school's directory manages this device",
};

export function manifest(version) {
  return {
    manifest_version: 3,
    name: "Heedful",
    short_name: "Heedful",
    version,
    description: "Notices signs that a pupil may be in danger or need help, and lets the school's trained staff know. Always visible.",
    minimum_chrome_version: "137",
    incognito: "spanning",
    icons: icons(),
    action: { default_popup: "popup.html", default_title: "Heedful", default_icon: icons() },
    background: { service_worker: "worker.js" },
    permissions: Object.keys(PERMISSIONS),
    host_permissions: ["<all_urls>"],
    content_scripts: [
      { matches: ["<all_urls>"], js: ["shadow.js"], run_at: "document_start", all_frames: true, match_about_blank: true, match_origin_as_fallback: true, world: "MAIN" },
      { matches: ["<all_urls>"], js: ["content.js"], run_at: "document_start", all_frames: true, match_about_blank: true, match_origin_as_fallback: true },
    ],
    storage: { managed_schema: "managed_schema.json" },
    content_security_policy: {
      extension_pages: "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src https: data: http://localhost:* http://127.0.0.1:* http://[::1]:*; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    },
  };
}

function icons() {
  return Object.fromEntries([16, 32, 48, 128].map((n) => [n, `icons/${n}.png`]));
}
