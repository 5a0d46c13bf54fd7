/** Detection on the device: `loadBundle`, then `assess`. */

import { Bundle } from "./engine";
import type { BundleContent } from "./types";

export { assess, Bundle } from "./engine";
export type { AgeBand, Assessment, Finding, Observation, Source } from "./types";
export { AGE_BANDS, DEFAULT_CAPTURE_FROM, SOURCES } from "./types";

const FORMAT = 1;

/** Read a bundle as it is downloaded: gzip-compressed JSON. Rejects what is not one. */
export async function loadBundle(compressed: ArrayBuffer | Uint8Array<ArrayBuffer>): Promise<Bundle> {
  const stream = new Blob([compressed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const content = (await new Response(stream).json()) as BundleContent;
  if (content.format !== FORMAT) throw new Error(`the bundle has format ${content.format}; this version reads ${FORMAT}`);
  return new Bundle(content);
}
