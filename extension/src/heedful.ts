/**
 * What is in force in this browser, and how it comes to be: config → enrolment → account → policy → bundle.
 *
 * Each step keeps its last good result on disk, so that a start without network goes on as before. Nothing is sensed
 * until every step has one.
 */

import { type Answer, type Call, DeviceApi, deviceKey, Refused, Unreachable } from "./api";
import { backoffMs, MIN_ALARM_MS, TIMER_MS } from "./backoff";
import type { Mode } from "./badge";
import { heldBundle, type Library, refreshBundle } from "./bundles";
import { type Config, machineOf, type Place as DevicePlace, policyHash, readConfig } from "./config";
import { EarlierLines } from "./context";
import { Kept, openDatabase } from "./db";
import { Deliverer } from "./deliver";
import { enrol, heldEnrolment } from "./enrol";
import type { Fault } from "./faults";
import { heartbeatMinutes, noteTest, sendHeartbeat } from "./heartbeat";
import { nativeUser, NOBODY, profileEmail, whoIsTyping } from "./identity";
import { type InForce, type Kept as KeptCapture, Observer, type Place, type Teller } from "./observe";
import { agentVersion, isForced, isIncognitoAllowed, placeOfThis, platformOf } from "./platform";
import { isWatching, Policies } from "./policy";
import { ReadCount } from "./readcount";
import { noteResults } from "./reports";
import { Seen } from "./seen";
import { chromeSession } from "./session";
import { Camera, mayPicture, type PageState } from "./shot";
import { Spool } from "./spool";
import type { Account, CaptureResult, Enrolment, Policy } from "./wire";

/** How long a capture waits for its picture before it goes without. */
const PICTURE_MS = 3_000;
const MANAGED_AGAIN_MS = 10_000;
/** Until a policy says otherwise. */
const HEARTBEAT_S = 1_800;
const NO_LIBRARY: Library = { loaded: null, fault: "library_missing" };

/** What the worker does at a change. */
export interface Hooks {
  changed: (heedful: Heedful) => Promise<void>;
  /** Somebody else is at the keyboard now. */
  accountChanged: () => Promise<void>;
}

export class Heedful {
  readonly observer: Observer;
  private readonly pages = new Map<number, PageState>();
  private readonly camera = new Camera();
  private readonly lines = new EarlierLines(chromeSession);
  private readonly seen = new Seen(chromeSession);
  private config: Config | null = null;
  private place: DevicePlace = { os: "", directoryDeviceId: "" };
  private enrolment: Enrolment | null = null;
  private api: DeviceApi | null = null;
  private policies: Policies | null = null;
  private policy: Policy | null = null;
  private library: Library = NO_LIBRARY;
  private storageFull = false;
  private picturing = 0;
  private loading: Promise<void> | null = null;
  private account: Account = NOBODY;
  private sittingNow = 0;
  private readonly read: ReadCount;
  private deliverer: Deliverer | null = null;
  private settling: Promise<void> | null = null;
  private settleAgain = false;
  private failures = 0;
  private delivering = true;

  private constructor(readonly kept: Kept, readonly spool: Spool, private readonly hooks: Hooks) {
    this.read = new ReadCount(kept);
    this.observer = new Observer({
      policy: () => (this.enrolment ? this.policy : null),
      inForce: () => this.inForce(),
      teller: () => this.teller(),
      lines: this.lines,
      seen: this.seen,
      keep: (kept, place) => this.keep(kept, place),
      testSeen: async (account, at) => {
        await noteTest(this.kept, account, at);
        void this.heartbeat();
      },
      looked: () => this.read.note(),
      pageState: (tabId, change) => this.pages.set(tabId, change(this.pages.get(tabId))),
    });
  }

  /** Ready with what is on disk; the network is asked afterwards. */
  static async start(hooks: Hooks): Promise<Heedful> {
    const db = await openDatabase();
    const kept = new Kept(db);
    const heedful = new Heedful(kept, await Spool.open(db, kept), hooks);
    heedful.place = await placeOfThis();
    heedful.config = (await kept.get<Config>("config")) ?? null;
    await heedful.resume();
    return heedful;
  }

  get currentPolicy(): Policy | null {
    return this.policy;
  }

  get school(): string {
    return this.policy?.school.name ?? this.enrolment?.school.name ?? "";
  }

  get deviceLabel(): string {
    return machineOf(this.config, this.place).deviceLabel;
  }

  get who(): Account {
    return this.account;
  }

  /** Changes with the account: text that was read in an earlier sitting is not this account's. */
  get sitting(): number {
    return this.sittingNow;
  }

  /** The worst thing that is wrong; none of it is told to a browser that is not enrolled. */
  get fault(): Fault {
    if (!this.enrolment || this.loading) return "none";
    if (!this.policy) return "policy_missing";
    if (!this.library.loaded && this.library.fault !== "none") return this.library.fault;
    return this.storageFull ? "storage_full" : this.library.fault;
  }

  get isDark(): boolean {
    return this.enrolment !== null && !this.loading && this.inForce() === null;
  }

  /** Resolves when the library on disk, if any, is ready to match. */
  async libraryLoaded(): Promise<void> {
    await this.loading;
  }

  /** Enrolled is enough. */
  private teller(): Teller | null {
    return this.enrolment && { enrolment: this.enrolment, account: this.account, bundleVersion: this.library.loaded?.version ?? "none" };
  }

  get canTell(): boolean {
    return this.enrolment !== null;
  }

  get isReady(): boolean {
    return this.inForce() !== null;
  }

  /** Something is being sent, pictured or brought up to date: not the moment for a new version. */
  get isBusy(): boolean {
    return this.picturing > 0 || this.settling !== null || this.deliverer?.isRunning === true;
  }

  mode(): Mode {
    if (!this.enrolment) return "not_set_up";
    if (!this.policy || !(this.library.loaded || this.loading) || !this.delivering || this.storageFull) return "trouble";
    return isWatching(this.policy, new Date()) ? "watching" : "resting";
  }

  private inForce(): InForce | null {
    const { loaded } = this.library;
    if (!this.enrolment || !this.policy || !loaded) return null;
    return { enrolment: this.enrolment, policy: this.policy, account: this.account, bundleVersion: loaded.version, assess: loaded.assess };
  }

  /** Takes up the enrolment, account, policy and bundle that are on disk. */
  private async resume(): Promise<void> {
    this.enrolment = this.config && (await heldEnrolment(this.kept, this.config, this.place));
    if (!this.enrolment) {
      this.api = this.policies = this.policy = this.deliverer = null;
      this.library = NO_LIBRARY;
      return;
    }
    const { device_id, server_url } = this.enrolment;
    this.api = new DeviceApi(this.kept, server_url, device_id, await deviceKey(this.kept));
    const call = (what: Call): Promise<Answer> => this.api!.call(what);
    this.policies = new Policies(this.kept, this.enrolment, call);
    this.deliverer = new Deliverer({ spool: this.spool, kept: this.kept, call, device: device_id, onResults: (results) => this.answered(results) });
    // Unpacking the library takes longer than all else here; a frame need not wait for it to begin sensing.
    if (!this.library.loaded) this.loading ??= this.loadHeld();
    await this.recogniseAccount();
  }

  private async loadHeld(): Promise<void> {
    try {
      const held = await heldBundle(this.kept);
      if (!this.library.loaded) this.library = held;
    } finally {
      this.loading = null;
    }
  }

  private async answered(results: readonly CaptureResult[]): Promise<void> {
    await noteResults(this.kept, results);
    await this.kept.put("last-delivered", Date.now());
  }

  /** Who is typing now. A change of account wipes what is remembered of the one before. */
  private async recogniseAccount(): Promise<boolean> {
    const lastNative = (await this.kept.get<string>("native-user")) ?? "";
    const account = await whoIsTyping({ managedPupil: this.config?.pupil ?? "", os: this.place.os, profileEmail, nativeUser, lastNative });
    if (account.how === "native" && account.name !== lastNative) await this.kept.put("native-user", account.name);
    const before = await this.kept.get<string>("account-name");
    const isOther = before !== account.name;
    if (isOther) {
      await this.lines.wipeFor(account.name);
      await this.seen.wipeFor(account.name);
      await this.kept.put("account-name", account.name);
      await this.kept.change<number>("sitting", (old) => (old ?? 0) + 1);
    }
    this.sittingNow = (await this.kept.get<number>("sitting")) ?? 0;
    this.account = account;
    this.policy = (await this.policies?.held(account.name)) ?? null;
    if (isOther) await this.hooks.accountChanged();
    return isOther;
  }

  /** Reads the managed values; answers whether they differ from what is in force. */
  private async readManaged(): Promise<boolean> {
    let values = await chrome.storage.managed.get();
    if (Object.keys(values).length === 0 && this.config) {
      // At a start the policy may come late. Only what is still empty after a while was really taken away.
      await new Promise((resolve) => setTimeout(resolve, MANAGED_AGAIN_MS));
      values = await chrome.storage.managed.get();
    }
    const config = readConfig(values);
    const isOther = JSON.stringify(config) !== JSON.stringify(this.config);
    if (isOther) {
      this.config = config;
      await this.kept.put("config", config);
    }
    return isOther;
  }

  /** Brings everything up to date; one run at a time, and once more if asked during it. Tries again by itself where the network fails. */
  settle(): Promise<void> {
    if (this.settling) this.settleAgain = true;
    this.settling ??= this.settleUntilDone().finally(() => (this.settling = null));
    return this.settling;
  }

  private async settleUntilDone(): Promise<void> {
    do {
      this.settleAgain = false;
      await this.settleNow();
    } while (this.settleAgain);
  }

  private async settleNow(): Promise<void> {
    if (await this.readManaged()) await this.resume();
    let complete = true;
    try {
      if (!this.enrolment && this.config && (await enrol(this.kept, this.config, this.place, platformOf(this.place.os)))) await this.resume();
      if (this.enrolment && this.policies) complete = await this.update();
    } catch (error) {
      // Whatever it was, it is tried again; only its kind is logged.
      if (!(error instanceof Refused || error instanceof Unreachable)) console.warn("heedful:", error instanceof Error ? error.name : "failed");
      complete = false;
    }
    await this.hooks.changed(this);
    this.failures = complete ? 0 : this.failures + 1;
    if (complete) await chrome.alarms.clear("settle");
    else this.later("settle", Date.now() + backoffMs(this.failures), () => void this.settle());
    if (!this.enrolment) return;
    if (this.fault !== ((await this.kept.get<Fault>("fault-told")) ?? "none") || !(await chrome.alarms.get("heartbeat"))) void this.heartbeat();
    if (complete) void this.deliver();
  }

  private async update(): Promise<boolean> {
    await this.recogniseAccount();
    const asked = await this.policies!.refresh(this.account.name);
    this.policy = await this.policies!.held(this.account.name);
    // The one for "unknown" is kept at hand for an account that nobody has asked about yet.
    if (this.account.name !== "" && asked) await this.policies!.refresh("");
    await this.loading;
    if (this.policy) this.library = await refreshBundle(this.kept, this.enrolment!, this.policy.bundle, this.library.loaded, agentVersion());
    // Asking again soon helps only where the network or something on the way was at fault.
    return asked && !["library_missing", "library_unverified"].includes(this.library.fault);
  }

  /** A short timer while the worker lives, and an alarm that wakes it when it does not. */
  private later(name: string, at: number, act: () => void): void {
    const wait = at - Date.now();
    if (wait < TIMER_MS) setTimeout(act, Math.max(0, wait));
    void chrome.alarms.create(name, { when: Math.max(at, Date.now() + MIN_ALARM_MS) });
  }

  async accountMayHaveChanged(): Promise<void> {
    if (await this.recogniseAccount()) void this.settle();
  }

  private async keep({ capture, severity, findings }: KeptCapture, place: Place): Promise<void> {
    const pictured = this.policy !== null && mayPicture(this.policy, findings, this.pages.get(place.tabId), place.tabUrl);
    await this.spooled(this.spool.put(capture, severity, pictured ? Date.now() + PICTURE_MS : 0));
    if (pictured) {
      this.picturing++;
      void this.camera
        .take(place.tabId, place.tabUrl, Date.now())
        .then((picture) => this.spool.addPicture(capture.id, picture))
        .finally(() => this.picturing--)
        .then(() => this.deliver());
    }
    void this.deliver();
  }

  /** A disk that is full is told, and told again when it is not any more. */
  private async spooled(writing: Promise<void>): Promise<void> {
    const before = this.storageFull;
    try {
      await writing;
      this.storageFull = false;
    } catch (error) {
      this.storageFull = true;
      throw error;
    } finally {
      if (before !== this.storageFull) void this.hooks.changed(this).then(() => this.heartbeat());
    }
  }

  /** Sends what waits. Sets the next try before it begins, in case the worker is killed in the middle. */
  async deliver(force = false): Promise<void> {
    if (!this.deliverer) return;
    await chrome.alarms.create("drain", { when: Date.now() + MIN_ALARM_MS });
    const { againAt } = await this.deliverer.drain(force);
    const isHeldOnly = againAt !== null && !(await this.kept.get("delivery-wait"));
    const before = this.delivering;
    this.delivering = againAt === null || isHeldOnly;
    if (againAt === null) await chrome.alarms.clear("drain");
    else this.later("drain", againAt, () => void this.deliver());
    if (before !== this.delivering) await this.hooks.changed(this);
  }

  async heartbeat(): Promise<void> {
    if (!this.api || !this.config) return;
    await chrome.alarms.create("heartbeat", { delayInMinutes: heartbeatMinutes(this.policy?.heartbeat_s ?? HEARTBEAT_S) });
    const { loaded } = this.library;
    const fault = this.fault;
    const linesRead = await this.read.sinceLastHeartbeat();
    const answer = await sendHeartbeat(this.kept, (call) => this.api!.call(call), {
      agentVersion: agentVersion(),
      bundleVersion: loaded?.version ?? "",
      policyVersion: this.policy?.version ?? "",
      account: this.account,
      spool: await this.spool.counts(),
      machine: machineOf(this.config, this.place),
      fault,
      linesRead,
      forced: await isForced(),
      incognitoAllowed: await isIncognitoAllowed(),
      policyHash: await policyHash(this.config),
    });
    if (!answer) return;
    await this.kept.put("fault-told", fault);
    await this.read.told(linesRead);
    const isOld = answer.policy_version !== this.policy?.version || (loaded !== null && answer.bundle_version !== loaded.version);
    if (isOld && this.policy) void this.settle();
  }

  async forgetTab(tabId: number): Promise<void> {
    this.pages.delete(tabId);
    await this.lines.forgetTab(tabId);
  }
}
