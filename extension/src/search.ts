/** What was searched for, from the address of a results page. */

import { hostOf } from "./hosts";

interface SearchSite {
  host: RegExp;
  path: RegExp;
  parameter: string;
}

const SITES: SearchSite[] = [
  { host: /^(www\.|images\.|news\.|scholar\.)?google\.(com|[a-z]{2}|com?\.[a-z]{2})$/, path: /^\/(search|webhp|images|scholar)?$/, parameter: "q" },
  { host: /^([a-z]+\.)?bing\.com$/, path: /^\/((images|videos|news|shop)\/)?search/, parameter: "q" },
  { host: /^(html\.|lite\.|www\.|noai\.)?duckduckgo\.com$/, path: /^\/(html\/?|lite\/?)?$/, parameter: "q" },
  { host: /^(www\.|m\.|music\.)?youtube\.com$/, path: /^\/(results|search)$/, parameter: "search_query" },
  { host: /^music\.youtube\.com$/, path: /^\/search$/, parameter: "q" },
  { host: /^(www\.)?ecosia\.org$/, path: /^\/(search|images|videos|news)/, parameter: "q" },
  { host: /^(www\.|m\.)?tiktok\.com$/, path: /^\/search/, parameter: "q" },
];

/** The query of a results page, tidied; null when the address is not one. */
export function searchQuery(url: string): string | null {
  const host = hostOf(url);
  if (host === "") return null;
  const { pathname, searchParams } = new URL(url);
  for (const site of SITES) {
    if (!site.host.test(host) || !site.path.test(pathname)) continue;
    const query = (searchParams.get(site.parameter) ?? "").replace(/\s+/g, " ").trim();
    if (query !== "") return query;
  }
  return null;
}

/** True on a site whose search box counts as a search while it is typed in. */
export function isSearchHost(url: string): boolean {
  const host = hostOf(url);
  return host !== "" && SITES.some((site) => site.host.test(host));
}
