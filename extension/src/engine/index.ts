/** Detection on the device: `loadBundle`, then `assess`. */

import { Bundle } from "./engine";
import type { BundleContent } from "./types";

export { assess, Bundle } from "./engine";
export type { AgeBand, Assessment, Finding, Layer, Observation, Source } from "./types";
export { AGE_BANDS, DEFAULT_CAPTURE_FROM, LAYERS, SOURCES } from "./types";

export const FORMAT = 1;

/** A bundle of another format: what it has, and that this version reads `FORMAT`. */
export class OtherFormat extends Error {
  constructor(readonly format: number) {
    super(`the bundle has format ${format}; this version reads ${FORMAT}`);
    this.name = "OtherFormat";
  }
}

/** Read a bundle as it is downloaded: gzip-compressed JSON. Rejects what is not one. */
export async function loadBundle(compressed: ArrayBuffer | Uint8Array<ArrayBuffer>): Promise<Bundle> {
  const stream = new Blob([compressed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const content = (await new Response(stream).json()) as BundleContent;
  if (content.format !== FORMAT) throw new OtherFormat(Number(content.format));
  return new Bundle(content);
}
