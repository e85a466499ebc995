import { expect, test } from "vitest";
import { WriteQueue } from "./write-queue";

test("a queue that overflows while it is written drops what waits longest, and nothing that it did not count", async () => {
  const queue = new WriteQueue();
  const written: number[] = [];
  queue.writable = false;
  let finish: () => void = () => {};
  const slow = new Promise<void>((resolve) => {
    finish = resolve;
  });
  await queue.run(async () => {
    await slow;
    written.push(0);
  });
  for (let index = 1; index < 2000; index++) await queue.run(async () => written.push(index));
  queue.writable = true;
  const drained = queue.drain((error) => {
    throw error;
  });
  // The first one is being written: the second is the oldest that waits.
  await queue.run(async () => written.push(2000));
  finish();
  await drained;
  expect(queue.dropped).toBe(1);
  expect(written).toEqual([0, ...Array.from({ length: 1999 }, (_, index) => index + 2)]);
});
