/** What the sensor costs the page's own thread: reading displayed text, one key, one flushed line. Runs inside a page. */

import { PageReader } from "../src/page";
import { SecretMemory, SecretWatch } from "../src/secret";
import { TypingSensor } from "../src/typing";

interface Cost {
  /** Reading 100 KB of displayed text for the first time, and again with nothing new. */
  first_look_ms: number;
  second_look_ms: number;
  /** One key, and one flushed line with its handing over (as JSON, the way extensions send). */
  key_ms: number;
  line_ms: number;
}

type Inside = { typed(event: unknown): void; flush(field: unknown): void; active: unknown };

function median(times: number[]): number {
  return times.sort((a, b) => a - b)[times.length >> 1]!;
}

function timed(act: () => void): number {
  const from = performance.now();
  act();
  return performance.now() - from;
}

function looks(turns: number): [number, number] {
  const first: number[] = [];
  const second: number[] = [];
  for (let i = 0; i < turns; i++) {
    const reader = new PageReader();
    first.push(timed(() => void JSON.stringify(reader.read([document.body], document.title))));
    second.push(timed(() => void reader.read([document.body], document.title)));
  }
  return [median(first), median(second)];
}

/** A page's clock is coarse: keys and flushes are timed in bulk. */
function typing(lines: readonly string[]): [number, number] {
  const memory = new SecretMemory();
  const watch = new SecretWatch(memory);
  watch.watch(document, true);
  const trials = lines.map((line) => {
    const area = document.body.appendChild(document.createElement("textarea"));
    const sensor = new TypingSensor(memory, watch, (message) => void JSON.stringify(message)) as unknown as Inside;
    const event = { isTrusted: true, isComposing: false, inputType: "insertText", data: "a", composedPath: () => [area] };
    return { area, sensor, event, line };
  });
  let keys = 0;
  const typed = timed(() => {
    for (const { area, sensor, event, line } of trials)
      for (const letter of line) {
        area.value += letter;
        sensor.typed(event);
        keys++;
      }
  });
  const flushed = timed(() => trials.forEach(({ sensor }) => sensor.flush(sensor.active)));
  for (const { area } of trials) area.remove();
  return [typed / keys, flushed / trials.length];
}

function measure(paragraphs: readonly string[]): Cost {
  document.body.replaceChildren(...paragraphs.map((text) => Object.assign(document.createElement("p"), { textContent: text })));
  const [first, second] = looks(40);
  const [key, line] = typing(paragraphs.slice(0, 200).map((p) => p.slice(0, 60)));
  return { first_look_ms: first, second_look_ms: second, key_ms: key, line_ms: line };
}

Object.assign(globalThis, { heedfulPageBench: measure });
