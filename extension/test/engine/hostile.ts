/** How long hostile texts take: `hostile BUNDLE SHORT LONG UNIT…` prints two milliseconds a unit, repeated to either length. */

import { readFileSync } from "node:fs";
import { assess, loadBundle } from "../../src/engine/index";

const [file, short, long, ...units] = process.argv.slice(2);
const bundle = await loadBundle(new Uint8Array(readFileSync(file as string)));

function milliseconds(text: string): number {
  let least = Infinity;
  for (let turn = 0; turn < 4; turn++) {
    const started = performance.now();
    assess(bundle, { text });
    least = Math.min(least, performance.now() - started);
  }
  return least;
}

for (const unit of units) {
  const times = [short, long].map((length) => milliseconds(unit.repeat(Number(length)).slice(0, Number(length))));
  console.log(times.map((ms) => ms.toFixed(3)).join(" "));
}
