import protobuf from "protobufjs/minimal.js";
import { expect, test } from "vitest";
import type { Batch } from "./batches";
import { decodeLabels, decodeRequest, encodeRequest } from "./encode";
import { type Outcome, RemoteWriteTarget, type TargetParts } from "./target";

const STEP = 10_000;
const T0 = 1_795_968_000_000;

/** The bytes of the only series `name`, with a value at each time. */
function bodyOf(times: readonly number[], names: readonly string[] = ["load"]): Uint8Array {
  const { Writer } = protobuf;
  const head = (name: string) =>
    Writer.create().uint32(10).fork().uint32(10).string("__name__").uint32(18).string(name).ldelim().finish();
  return encodeRequest(names.map((name) => ({ head: head(name), samples: times.map((at) => ({ at, value: 1 })) })));
}

/** A machine whose samples come each step, and an engine that can be away, refuse and be slow. No time passes but by `advance`. */
class World {
  newest = T0;
  oldest = T0;
  saved: string | null = null;
  answer: (body: Uint8Array) => Outcome = () => ({ kind: "accepted" });
  readonly posts: Uint8Array[] = [];
  readonly taken: { name: string; at: number }[] = [];
  readonly waits: number[] = [];
  readonly lines: string[] = [];
  names: readonly string[] = ["load"];
  stepsABatch = 100;
  private readonly sleepers: (() => void)[] = [];
  target: RemoteWriteTarget;

  constructor(private readonly options: Partial<TargetParts> = {}) {
    this.target = this.open();
  }

  open(): RemoteWriteTarget {
    return new RemoteWriteTarget({
      name: "engine",
      stepMs: STEP,
      outOfOrder: false,
      newest: () => this.newest,
      oldest: () => this.oldest,
      batches: async ({ from, to }) => {
        const batches: Batch[] = [];
        const first = Math.max(from, this.oldest - STEP) + STEP;
        for (let start = first; start <= to; start += this.stepsABatch * STEP) {
          const end = Math.min(to, start + (this.stepsABatch - 1) * STEP);
          const times = Array.from({ length: (end - start) / STEP + 1 }, (_, index) => start + index * STEP);
          batches.push({ body: bodyOf(times, this.names), samples: times.length * this.names.length, until: end });
        }
        return { batches, workMs: 10 };
      },
      post: async (body) => {
        this.posts.push(body);
        const outcome = this.answer(body);
        if (outcome.kind === "accepted")
          for (const { head, samples } of decodeRequest(body))
            for (const { at } of samples) this.taken.push({ name: decodeLabels(head).__name__ ?? "", at });
        return outcome;
      },
      load: async () => this.saved,
      save: async (cursor) => void (this.saved = cursor),
      sleep: (ms, signal) => {
        this.waits.push(ms);
        return new Promise((resolve) => {
          this.sleepers.push(resolve);
          signal.addEventListener("abort", () => resolve(), { once: true });
        });
      },
      now: () => this.newest,
      random: () => 0.5,
      log: { warn: (text) => void this.lines.push(text), info: (text) => void this.lines.push(text) },
      ...this.options,
    });
  }

  /** Lets everything that waits for nothing but promises happen. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 200; turn++) await Promise.resolve();
  }

  async tick(steps = 1): Promise<void> {
    for (let step = 0; step < steps; step++) {
      this.newest += STEP;
      this.target.tick();
      await this.settle();
    }
  }

  async wake(): Promise<void> {
    for (const wake of this.sleepers.splice(0)) wake();
    await this.settle();
  }

  /** Until nothing is due and nothing waits. */
  async drain(): Promise<void> {
    for (let round = 0; round < 100; round++) {
      this.target.tick();
      await this.settle();
      await this.wake();
    }
  }

  /** As kill -9: what was not saved is gone. */
  kill(): void {
    this.target = this.open();
    this.sleepers.length = 0;
  }

  get times(): number[] {
    return this.taken.map(({ at }) => (at - T0) / STEP);
  }
}

const upTo = (last: number) => Array.from({ length: last + 1 }, (_, index) => index);

test("each step is written once it is over, and the history from its beginning", async () => {
  const world = new World();
  await world.tick();
  await world.tick(3);
  expect(world.times).toEqual(upTo(4));
  expect(world.target.state()).toMatchObject({ failingSince: null, dropped: 0, sentUntil: T0 + 4 * STEP });
});

test("what came while the engine was away is written in order, live data behind it, and each byte is tried again as it was", async () => {
  const world = new World();
  await world.tick(2);
  world.answer = () => ({ kind: "failed", why: "no connection (ECONNREFUSED)", afterMs: null });
  await world.tick(30);
  expect(world.target.state()).toMatchObject({ why: "no connection (ECONNREFUSED)" });
  await world.wake();
  await world.wake();
  const tried = world.posts.slice(-2);
  expect(Buffer.from(tried[0] ?? []).equals(Buffer.from(tried[1] ?? []))).toBe(true);
  expect(world.waits.slice(0, 3)).toEqual([1000, 2000, 4000]);
  world.answer = () => ({ kind: "accepted" });
  await world.drain();
  expect(world.times).toEqual(upTo(32));
  expect(world.lines).toEqual([
    "remote write to engine fails: no connection (ECONNREFUSED)",
    "remote write to engine works again",
  ]);
});

test("an engine says itself when it wants to be asked again", async () => {
  const world = new World();
  world.answer = () => ({ kind: "failed", why: "429", afterMs: 7000 });
  await world.tick(2);
  expect(world.waits).toEqual([7000]);
});

test("a killed server sends at most the batch again that was under way, in the same bytes, and nothing is missing", async () => {
  const world = new World();
  await world.tick(2);
  // The engine has it, and the answer is lost.
  const real = world.answer;
  let lost: Uint8Array | undefined;
  world.answer = (body) => {
    lost = body;
    for (const { samples } of decodeRequest(body)) for (const { at } of samples) world.taken.push({ name: "load", at });
    return { kind: "failed", why: "no answer within 30 s", afterMs: null };
  };
  await world.tick();
  world.kill();
  world.answer = real;
  world.newest += 20 * STEP;
  await world.drain();
  const again = world.posts.find((body) => body !== lost && Buffer.from(body).equals(Buffer.from(lost ?? [])));
  expect(again).toBeDefined();
  const counts = Map.groupBy(world.times, (time) => time);
  expect([...counts.keys()].sort((a, b) => a - b)).toEqual(upTo(23));
  expect([...counts.values()].filter((many) => many.length > 1)).toEqual([[3, 3]]);
});

test("an engine that was away gets its last batch again, which it may have lost, before all else", async () => {
  const world = new World();
  await world.tick(4);
  const last = world.posts.at(-1);
  world.answer = () => ({ kind: "failed", why: "no connection (ECONNREFUSED)", afterMs: null, isAway: true });
  await world.tick(3);
  world.answer = () => ({ kind: "accepted" });
  const before = world.posts.length;
  await world.drain();
  const [again] = world.posts.slice(before);
  expect(Buffer.from(again ?? []).equals(Buffer.from(last ?? []))).toBe(true);
  expect(world.times).toEqual([...upTo(4), 4, 5, 6, 7]);
});

test("an engine that refuses a series and was away gets its last batch again too", async () => {
  const world = new World();
  world.names = ["a", "bad"];
  const isBad = (body: Uint8Array) => decodeRequest(body).some(({ head }) => decodeLabels(head).__name__ === "bad");
  const refusing = (body: Uint8Array): Outcome =>
    isBad(body) ? { kind: "refused", answer: "400 bad label" } : { kind: "accepted" };
  world.answer = refusing;
  await world.tick(4);
  world.answer = () => ({ kind: "failed", why: "no connection (ECONNREFUSED)", afterMs: null, isAway: true });
  await world.tick();
  const before = world.posts.length;
  world.answer = refusing;
  await world.drain();
  const [again] = world.posts.slice(before);
  expect(decodeRequest(again ?? new Uint8Array())[0]?.samples[0]?.at).toBe(T0 + 4 * STEP);
  expect(world.taken.filter(({ name, at }) => name === "a" && at === T0 + 4 * STEP)).toHaveLength(2);
});

test("that the engine was away is known after a kill of this server too", async () => {
  const world = new World();
  await world.tick(4);
  const last = world.posts.at(-1);
  world.answer = () => ({ kind: "failed", why: "no connection (ECONNREFUSED)", afterMs: null, isAway: true });
  await world.tick(2);
  world.kill();
  world.answer = () => ({ kind: "accepted" });
  const before = world.posts.length;
  await world.drain();
  expect(Buffer.from(world.posts[before] ?? []).equals(Buffer.from(last ?? []))).toBe(true);
  expect([...new Set(world.times)].sort((a, b) => a - b)).toEqual(upTo(6));
});

test("one that answers but takes nothing has lost nothing, and one that has it already is not asked why", async () => {
  const world = new World();
  await world.tick(4);
  world.answer = () => ({ kind: "failed", why: "503", afterMs: null });
  await world.tick();
  world.answer = () => ({ kind: "accepted" });
  await world.drain();
  expect(world.times).toEqual(upTo(5));
  world.answer = () => ({ kind: "failed", why: "no connection (ECONNRESET)", afterMs: null, isAway: true });
  await world.tick();
  world.answer = (body) =>
    decodeRequest(body)[0]?.samples[0]?.at === T0 + 5 * STEP
      ? { kind: "refused", answer: "400 duplicate" }
      : { kind: "accepted" };
  await world.drain();
  expect(world.times).toEqual(upTo(6));
  expect(world.target.state().dropped).toBe(0);
});

test("with an engine that takes any order live data does not wait behind what was missed", async () => {
  const world = new World({ outOfOrder: true });
  await world.tick(2);
  world.answer = () => ({ kind: "failed", why: "503", afterMs: null });
  await world.tick(40);
  world.answer = () => ({ kind: "accepted" });
  world.stepsABatch = 5;
  world.kill();
  await world.tick(2);
  await world.wake();
  const sinceAway = world.times.slice(3);
  expect(sinceAway.indexOf(44)).toBeGreaterThanOrEqual(0);
  expect(sinceAway.indexOf(44)).toBeLessThan(8);
  await world.drain();
  expect([...new Set(world.times)].sort((a, b) => a - b)).toEqual(upTo(44));
});

test("only what is refused is dropped and counted, once found it is sent apart, and others do not wait for it", async () => {
  const world = new World();
  world.names = ["a", "b", "bad", "c"];
  const isBad = (body: Uint8Array) => decodeRequest(body).some(({ head }) => decodeLabels(head).__name__ === "bad");
  world.answer = (body) => (isBad(body) ? { kind: "refused", answer: "400 bad label" } : { kind: "accepted" });
  await world.tick(2);
  await world.drain();
  const found = world.posts.length;
  await world.tick(5);
  expect(world.posts.length - found).toBe(10);
  expect(world.target.state()).toMatchObject({ dropped: 8, refusal: "400 bad label", failingSince: null });
  expect(world.taken.filter(({ name }) => name === "c")).toHaveLength(8);
  expect(world.lines).toHaveLength(1);
  // Somebody has mended the engine.
  world.answer = () => ({ kind: "accepted" });
  await world.tick(2);
  expect(world.target.state().dropped).toBe(8);
});

test("what retention has deleted is said and skipped", async () => {
  const world = new World();
  await world.tick(2);
  world.answer = () => ({ kind: "failed", why: "503", afterMs: null });
  await world.tick();
  world.kill();
  world.oldest = T0 + 1000 * STEP;
  world.newest = T0 + 1005 * STEP;
  world.answer = () => ({ kind: "accepted" });
  await world.drain();
  expect(world.lines.at(-1)).toMatch(/retention deleted 2\.8 h of samples/);
  expect(world.times.filter((time) => time > 3)).toEqual([1000, 1001, 1002, 1003, 1004, 1005]);
});

test("after a clock that was set back, samples are written at once and not when the old time comes again", async () => {
  const world = new World();
  await world.tick(4);
  world.newest -= 1000 * STEP;
  world.oldest = world.newest;
  await world.tick(3);
  expect(world.times.slice(-2)).toEqual([4 - 1000 + 2, 4 - 1000 + 3]);
  expect(world.lines.at(-1)).toContain("set back");
});

test("a stopped target sends nothing more", async () => {
  const world = new World();
  await world.tick(2);
  await world.target.stop();
  const sent = world.posts.length;
  await world.tick(3);
  expect(world.posts).toHaveLength(sent);
  world.kill();
  await world.drain();
  expect(world.times).toEqual(upTo(5));
});
