/** The device's own time with its offset, RFC 3339 with milliseconds: `2026-11-24T09:15:02.120+00:00`. */
export function rfc3339(at: Date = new Date(), offsetMinutes: number = -at.getTimezoneOffset()): string {
  const local = new Date(at.getTime() + offsetMinutes * 60_000).toISOString().slice(0, 23);
  const sign = offsetMinutes < 0 ? "-" : "+";
  const size = Math.abs(offsetMinutes);
  const two = (n: number): string => String(n).padStart(2, "0");
  return `${local}${sign}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}
