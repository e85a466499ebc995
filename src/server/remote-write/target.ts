/**
 * Writes to one engine. What has been written is a cursor; the history is the queue. By default everything goes in the order of its time;
 * with `outOfOrder`, what was missed is written beside live samples.
 */
import type { HealthFacts } from "~/domain/health";
import { type Batch, endOfStep } from "./batches";
import { type Cursor, laneOf, parseCursor } from "./cursor";
import { decodeRequest, type EncodedSeries, encodeRequest } from "./encode";
import { type Fate, halves, type Part, samplesIn } from "./refusal";

/** How a request went. */
export type Outcome =
  | { kind: "accepted" }
  /** To be tried again; after so long, if the engine said. `isAway`: nobody answered. */
  | { kind: "failed"; why: string; afterMs: number | null; isAway?: true }
  /** These samples are not wanted, whoever sends them. */
  | { kind: "refused"; answer: string };

export interface TargetParts {
  name: string;
  stepMs: number;
  outOfOrder: boolean;
  /** The newest sample; null before the first. */
  newest: () => number | null;
  /** Time of the oldest sample that can be read; null without any. */
  oldest: () => number | null;
  /** The samples of (from, to] as batches, oldest first: at least one, unless there are no samples. */
  batches: (range: { from: number; to: number }, signal: AbortSignal) => Promise<{ batches: Batch[]; workMs: number }>;
  post: (body: Uint8Array, signal: AbortSignal) => Promise<Outcome>;
  load: () => Promise<string | null>;
  save: (cursor: string) => Promise<void>;
  /** Resolves after so many milliseconds, or when the signal is aborted. */
  sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  now: () => number;
  random: () => number;
  log: { warn(text: string): void; info(text: string): void };
}

/** As health tells it. */
export type TargetState = HealthFacts["remoteWrites"][number];

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;
const JITTER = 0.2;
/** Reading and packing what was missed takes at most this share of a core. */
const SHARE_OF_A_CORE = 0.05;
/** More steps than that are no live data any more. */
const LIVE_STEPS = 12;
/** An engine that was killed may have lost what it took in its last seconds. */
const LOST_MS = 10_000;
/** Series that were refused alone are sent apart from the others. */
const MOST_SUSPECTS = 1000;

type Lane = Cursor["lanes"][number];

export class RemoteWriteTarget {
  private cursor: Cursor | undefined;
  private readonly stopped = new AbortController();
  private readonly running = new Map<number, Promise<void>>();
  private failures = 0;
  private failingSince: number | null = null;
  private why: string | null = null;
  private dropped = 0;
  private droppedAt: number | null = null;
  private refusal: string | null = null;
  private readonly suspects = new Set<string>();

  constructor(private readonly parts: TargetParts) {}

  state(): TargetState {
    const { failingSince, why, dropped, droppedAt, refusal } = this;
    const until = this.cursor?.lanes.map((lane) => lane.until) ?? [];
    const sentUntil = until.length === 0 ? null : Math.min(...until);
    return { name: this.parts.name, sentUntil, failingSince, why, dropped, droppedAt, refusal };
  }

  /** Call it after each tick: starts what is due and is not under way. */
  tick(): void {
    if (this.stopped.signal.aborted) return;
    if (!this.cursor) {
      if (!this.running.has(-1)) this.start(-1, () => this.open());
      return;
    }
    this.followClock(this.cursor);
    for (const { id } of this.cursor.lanes) if (!this.running.has(id) && this.due(id)) this.start(id, () => this.run(id));
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    await Promise.all(this.running.values());
    await this.save();
  }

  private start(id: number, work: () => Promise<void>): void {
    const done = work()
      .catch((error: unknown) => {
        if (!this.stopped.signal.aborted) this.fail(error instanceof Error ? error.message : String(error));
      })
      .finally(() => this.running.delete(id));
    this.running.set(id, done);
  }

  private async open(): Promise<void> {
    const saved = parseCursor(await this.parts.load());
    const first = this.parts.oldest() ?? this.parts.newest();
    if (saved) this.cursor = saved;
    else if (first !== null) this.cursor = { lanes: [laneOf(0, endOfStep(first - 1, this.parts.stepMs))] };
  }

  /** With an engine that takes any order, live samples do not wait behind what was missed. */
  private divide(live: Lane): void {
    const end = this.newestEnd();
    const { outOfOrder, stepMs } = this.parts;
    if (!outOfOrder || !this.cursor || end - live.until <= LIVE_STEPS * stepMs) return;
    const id = Math.max(...this.cursor.lanes.map((lane) => lane.id)) + 1;
    const to = end - stepMs;
    this.cursor.lanes.push({ ...live, id, to });
    live.until = to;
  }

  /** A clock that was set back: what was written lies in the future, and what comes now would wait for it. */
  private followClock({ lanes }: Cursor): void {
    const live = lanes.find(({ id, to }) => to === null && !this.running.has(id));
    const end = this.newestEnd();
    if (!live || end === 0 || live.until - end <= 2 * this.parts.stepMs) return;
    this.parts.log.warn(`remote write to ${this.parts.name} continues from the time that the clock was set back to`);
    Object.assign(live, { until: end, last: null, sending: null });
  }

  private newestEnd(): number {
    return endOfStep(this.parts.newest() ?? 0, this.parts.stepMs);
  }

  private lane(id: number) {
    return this.cursor?.lanes.find((lane) => lane.id === id);
  }

  private due(id: number): boolean {
    const lane = this.lane(id);
    return lane !== undefined && lane.until < (lane.to ?? this.newestEnd());
  }

  /** Sends what is due, until there is nothing left or the server stops. */
  private async run(id: number): Promise<void> {
    const { signal } = this.stopped;
    while (this.due(id) && !signal.aborted) {
      const lane = this.lane(id) as Lane;
      if (lane.to === null && lane.sending === null) this.divide(lane);
      const to = lane.sending ?? lane.to ?? this.newestEnd();
      this.skipDeleted(lane);
      const { batches, workMs } = await this.parts.batches({ from: lane.until, to }, signal);
      for (const batch of batches) {
        if (signal.aborted) return;
        lane.sending = batch.until;
        await this.save();
        if (!(await this.deliver(batch, lane))) return;
        lane.last = lane.until;
        lane.until = batch.until;
        lane.sending = null;
      }
      // Without samples there is nothing to write: the server was off, or monitoring stopped.
      if (batches.length === 0) {
        lane.until = to;
        lane.sending = null;
      }
      if (lane.to !== null && lane.until >= lane.to) this.close(id);
      if (this.due(id)) await this.parts.sleep(workMs / SHARE_OF_A_CORE - workMs, signal);
    }
    if (!this.lane(id)) await this.save();
  }

  private close(id: number): void {
    if (this.cursor) this.cursor.lanes = this.cursor.lanes.filter((lane) => lane.id !== id);
  }

  private async save(): Promise<void> {
    if (this.cursor) await this.parts.save(JSON.stringify(this.cursor));
  }

  private skipDeleted(lane: Lane): void {
    const oldest = this.parts.oldest();
    if (oldest === null) return;
    const first = endOfStep(oldest - 1, this.parts.stepMs);
    if (first <= lane.until) return;
    const hours = ((first - lane.until) / 3_600_000).toFixed(1);
    this.parts.log.warn(
      `remote write to ${this.parts.name}: retention deleted ${hours} h of samples before they could be written`,
    );
    lane.until = lane.to === null ? first : Math.min(first, lane.to);
    lane.sending = null;
  }

  /** Until the engine has it or refuses it; false when the server stops before. */
  private async deliver(batch: Batch, lane: Lane): Promise<boolean> {
    if (this.suspects.size > 0) return this.deliverApart(batch, lane);
    const fate = await this.settle(batch.body, lane);
    if (fate === null) return false;
    return fate.accepted || this.narrow(decodeRequest(batch.body), fate.answer);
  }

  /** Series that were refused before stand alone: the others are not refused with them. */
  private async deliverApart(batch: Batch, lane: Lane): Promise<boolean> {
    const all = decodeRequest(batch.body);
    const [fine, suspect] = [all.filter((one) => !this.isSuspect(one)), all.filter((one) => this.isSuspect(one))];
    if (fine.length > 0) {
      const fate = await this.settle(encodeRequest(fine), lane);
      if (fate === null) return false;
      if (!fate.accepted && !(await this.narrow(fine, fate.answer))) return false;
    }
    if (suspect.length === 0) return true;
    const fate = await this.settle(encodeRequest(suspect));
    if (fate === null) return false;
    if (fate.accepted) this.suspects.clear();
    else this.drop(suspect, fate.answer);
    return true;
  }

  private isSuspect({ head }: EncodedSeries): boolean {
    return this.suspects.has(Buffer.from(head).toString("base64"));
  }

  /** Halves what was refused until the refused part stands alone. */
  private async narrow(refused: Part, answer: string): Promise<boolean> {
    const search = halves(refused, answer);
    let step = search.next();
    while (!step.done) {
      const part = step.value;
      const fate = await this.settle(encodeRequest(part));
      if (fate === null) return false;
      step = search.next(fate);
    }
    for (const { part, answer: said } of step.value) {
      this.drop(part, said);
      if (part.length === 1 && this.suspects.size < MOST_SUSPECTS)
        for (const { head } of part) this.suspects.add(Buffer.from(head).toString("base64"));
    }
    return true;
  }

  private drop(part: Part, answer: string): void {
    if (answer !== this.refusal)
      this.parts.log.warn(`remote write to ${this.parts.name}: ${samplesIn(part)} samples were refused and dropped: ${answer}`);
    this.refusal = answer;
    this.dropped += samplesIn(part);
    this.droppedAt = this.parts.now();
  }

  /** Sends until there is an answer that stands; null when the server stops before. The bytes stay the same. */
  private async settle(body: Uint8Array, lane?: Lane): Promise<Fate | null> {
    const { signal } = this.stopped;
    while (!signal.aborted) {
      const lost: Outcome | null = lane?.away ? await this.sendAgain(lane) : null;
      const outcome: Outcome = lost ?? (await this.parts.post(body, signal));
      if (lane) await this.noteAway(lane, outcome);
      if (outcome.kind !== "failed") {
        this.recover();
        return outcome.kind === "accepted" ? { accepted: true } : { accepted: false, answer: outcome.answer };
      }
      if (signal.aborted) break;
      this.fail(outcome.why);
      await this.parts.sleep(outcome.afterMs ?? this.wait(), signal);
    }
    return null;
  }

  /** Kept over a kill of this server. */
  private async noteAway(lane: Lane, outcome: Outcome): Promise<void> {
    const isAway = outcome.kind === "failed" && (lane.away || outcome.isAway === true);
    if (isAway === lane.away) return;
    lane.away = isAway;
    if (isAway) await this.save();
  }

  /**
   * The last batch that an engine had taken before it was away: it may have been killed. Null when it has it, or does not want it again;
   * whoever takes any order gets the last seconds.
   */
  private async sendAgain(lane: Lane): Promise<Outcome | null> {
    const from = this.parts.outOfOrder ? lane.until - LOST_MS : lane.last;
    if (from === null || from >= lane.until) return null;
    const { batches } = await this.parts.batches({ from, to: lane.until }, this.stopped.signal);
    for (const { body } of batches) {
      const wanted = this.suspects.size === 0 ? body : encodeRequest(decodeRequest(body).filter((one) => !this.isSuspect(one)));
      const outcome = await this.parts.post(wanted, this.stopped.signal);
      if (outcome.kind === "failed") return outcome;
    }
    return null;
  }

  private wait(): number {
    const ms = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(this.failures - 1, 10));
    return ms * (1 + JITTER * (2 * this.parts.random() - 1));
  }

  private fail(why: string): void {
    if (this.why !== why) this.parts.log.warn(`remote write to ${this.parts.name} fails: ${why}`);
    this.failures++;
    this.failingSince ??= this.parts.now();
    this.why = why;
  }

  private recover(): void {
    if (this.failingSince !== null) this.parts.log.info(`remote write to ${this.parts.name} works again`);
    this.failures = 0;
    this.failingSince = null;
    this.why = null;
  }
}
