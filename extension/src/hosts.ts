/** Kinds of sites, by host. A listed host covers its subdomains. */

const AI_CHAT = [
  "chatgpt.com", "chat.openai.com", "gemini.google.com", "copilot.microsoft.com", "claude.ai", "character.ai", "poe.com",
  "perplexity.ai", "meta.ai", "chat.deepseek.com", "grok.com", "chat.mistral.ai", "replika.com", "chai-research.com", "pi.ai",
  "you.com", "huggingface.co", "janitorai.com", "polybuzz.ai", "my.snapchat.com",
];

/** Where other people's messages, faces or private pictures may be in view: never pictured (E01). */
const NEVER_PICTURED = [
  "mail.google.com", "outlook.live.com", "outlook.office.com", "outlook.office365.com", "mail.yahoo.com", "proton.me", "icloud.com",
  "chat.google.com", "discord.com", "web.whatsapp.com", "telegram.org", "messenger.com", "facebook.com", "instagram.com", "threads.net",
  "snapchat.com", "tiktok.com", "x.com", "twitter.com", "reddit.com", "tumblr.com", "pinterest.com", "slack.com", "teams.microsoft.com",
  "teams.live.com", "teams.cloud.microsoft", "signal.org", "wire.com", "kik.com", "omegle.com", "emeraldchat.com", "bsky.app",
  "photos.google.com", "flickr.com", "imgur.com", "onedrive.live.com", "drive.google.com", "dropbox.com", "photos.onedrive.com",
  "meet.google.com", "zoom.us", "whereby.com", "webex.com", "skype.com", "duo.google.com", "jit.si", "twitch.tv",
  "midjourney.com", "leonardo.ai", "civitai.com", "stability.ai", "dreamstudio.ai", "openart.ai", "playground.com", "nightcafe.studio",
  "craiyon.com", "ideogram.ai", "runwayml.com", "firefly.adobe.com", "deepai.org", "perchance.org", "imagine.meta.com", "bing.com",
];

/** Words in a host name that say enough. */
const NEVER_PICTURED_NAME = /(^|[.-])(mail|webmail|chat|photos?|pics|meet|video|cam|webcam|dating|sex|porn|xxx|nudes?|adult|onlyfans|xvideos|xhamster|pornhub)([.-]|$)|porn|hentai|nudif|undress|deepfake/;

export function hostOf(url: string): string {
  try {
    const parsed = new URL(url);
    return /^https?:$/.test(parsed.protocol) ? parsed.hostname.toLowerCase().replace(/\.$/, "") : "";
  } catch {
    return "";
  }
}

/** True when the host is in the list or below a host in it. */
export function isListed(host: string, list: readonly string[]): boolean {
  if (host === "") return false;
  return list.some((entry) => {
    const name = entry.trim().toLowerCase().replace(/^\*?\./, "").replace(/\.$/, "");
    return name !== "" && (host === name || host.endsWith(`.${name}`));
  });
}

export function isAiChat(host: string): boolean {
  return isListed(host, AI_CHAT);
}

export function isNeverPictured(host: string): boolean {
  return host === "" || isAiChat(host) || isListed(host, NEVER_PICTURED) || NEVER_PICTURED_NAME.test(host);
}
