import { beforeEach, expect, test } from "vitest";
import { TickBatching } from "./tick-batching";

const HOUR = 3_600_000;
let sent: boolean[];
let batching: TickBatching;

beforeEach(() => {
  sent = [];
  batching = new TickBatching((batch) => sent.push(batch));
});

test("ticks are batched ten seconds after the last of all requests has ended", () => {
  const first = batching.beginRequest();
  const second = batching.beginRequest();
  batching.onTicks(HOUR, true);
  first.end(HOUR);
  batching.onTicks(2 * HOUR, true);
  second.end(2 * HOUR);
  batching.onTicks(2 * HOUR + 9999, true);
  expect(sent).toEqual([]);
  batching.onTicks(2 * HOUR + 10_000, true);
  expect(sent).toEqual([true]);
});

test("whatever else needs each tick ends the batching", () => {
  batching.onTicks(HOUR, true);
  batching.onTicks(HOUR + 5000, false);
  batching.onTicks(HOUR + 10_000, true);
  expect(sent).toEqual([true, false, true]);
});

test("a request waits for the held ticks, and so does one that begins meanwhile; then nobody waits", async () => {
  batching.onTicks(HOUR, true);
  const order: string[] = [];
  const begun = [batching.beginRequest(), batching.beginRequest()];
  const collected = Promise.all(begun.map((request) => request.collected.then(() => order.push("collected"))));
  expect(sent).toEqual([true, false]);
  await Promise.resolve();
  order.push("released");
  batching.onReleased();
  await collected;
  expect(order).toEqual(["released", "collected", "collected"]);
  await batching.beginRequest().collected;
});

test("a thread that ends keeps nobody waiting", async () => {
  batching.onTicks(HOUR, true);
  const { collected } = batching.beginRequest();
  batching.onThreadEnded();
  await collected;
});
