/** What travels: the shapes of contracts/ (device ⇄ gateway) as TypeScript sees them. */

export type Source = "typed" | "searched" | "displayed" | "submitted" | "received" | "ai_chat" | "file" | "report";
export type AgeBand = "ks1" | "ks2" | "ks3" | "ks4" | "ks5" | "unknown";
export type Certainty = "certain" | "likely" | "uncertain" | "unknown";

export interface Account {
  name: string;
  identity_confidence: Certainty;
  how: "managed" | "profile" | "native" | "none";
}

export interface Hit {
  start: number;
  end: number;
  phrase: string;
}

export interface EarlierLine {
  text: string;
  seconds_before: number;
}

export interface Screenshot {
  media_type: "image/webp";
  data: string;
}

/** contracts/capture.schema.json */
export interface Capture {
  id: string;
  observed_at: string;
  source: Source;
  text: string;
  hits: Hit[];
  bundle_version: string;
  app: string;
  url: string;
  title: string;
  account: Account;
  device: string;
  screenshot?: Screenshot;
  context_before?: EarlierLine[];
}

export type Status = "stored" | "duplicate" | "counted" | "out_of_scope" | "rejected";

export interface CaptureResult {
  id: string;
  status: Status;
  problem?: unknown;
}

export interface HoursWindow {
  days: number[];
  from: string;
  to: string;
}

export interface HelpLine {
  name: string;
  phone: string | null;
  text: string | null;
  url: string | null;
}

/** Entries are the first bytes of SHA-256 digests, in lower-case hex. */
export interface LockedList {
  kind: string;
  sha256_prefix_bytes: number;
  entries: string[];
}

/** The answer to `GET /policy`; see contracts/device-api.md. */
export interface Policy {
  version: string;
  device_id: string;
  school: { id: string; name: string };
  account: string;
  monitor: boolean;
  reason: "live" | "pilot" | "set_up" | "not_in_scope" | "staff" | "paused";
  age_band: AgeBand;
  capture_from: number;
  /** Absent from a server that knows none: then phrases alone judge. */
  layers?: string[];
  hours: { time_zone: string; windows: HoursWindow[] };
  test_phrase: string;
  private_hosts: string[];
  pictures: boolean;
  help: HelpLine[];
  notice: { version: string; who_sees: string; what: string[]; not: string[]; next_read: string };
  locked_lists: LockedList[];
  bundle: { version: string; sha256: string };
  heartbeat_s: number;
}

/** The answer to a test phrase: it says that the way works, and carries no text. */
export interface TestAnswer {
  id: string;
  observed_at: string;
  account: Account;
}

/** What this installation is, once enrolled. */
export interface Enrolment {
  device_id: string;
  server_public_key: string;
  school: { id: string; name: string };
  server_url: string;
  token_sha256: string;
}
