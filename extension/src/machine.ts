/** Which physical machine this is: the same for every profile on it, so that the school's count of devices is true. */

/** What makers leave in place of a serial number, and what a policy holds when nobody filled it in. */
const NO_SERIAL = /^(0+|1234567|x+|none|null|n\/?a|unknown|default( string)?|not (specified|applicable|available)|to be filled by o\.?e\.?m\.?|system serial number|serial number|chassis serial number)$/i;
const PLACEHOLDER = /\$\{|\$\(|%[a-z_]+%|^put-/i;

/** A serial number or asset tag; empty for one that could name two machines at once. */
export function machineId(given: string): string {
  const tidy = given.replace(/[^\u0020-\u007e]/g, "").trim();
  return tidy.length < 3 || tidy.length > 100 || NO_SERIAL.test(tidy) || PLACEHOLDER.test(tidy) ? "" : tidy;
}

export function deviceLabel(given: string): string {
  const tidy = Array.from(given.replace(/[\u0000-\u001f\u007f]/g, " ").trim()).slice(0, 100).join("").trim();
  return PLACEHOLDER.test(tidy) ? "" : tidy;
}

export interface Machine {
  machineId: string;
  deviceLabel: string;
}

/** As the wire names it; what is not known is left out. */
export function onTheWire({ machineId, deviceLabel }: Machine): { machine_id?: string; device_label?: string } {
  return { ...(machineId ? { machine_id: machineId } : {}), ...(deviceLabel ? { device_label: deviceLabel } : {}) };
}
