import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { createHeartbeat, type Life, silenceReason } from "./heartbeat";

const fine: Life = { sampledAt: 1_000_000, intervalMs: 1000, waitingSince: null };

test.each([
  ["samples and no messages", fine, null],
  ["a message that has just been made", { ...fine, waitingSince: 990_000 }, null],
  ["no sample yet", { ...fine, sampledAt: null }, "no new samples"],
  ["samples that stopped", { ...fine, sampledAt: 900_000 }, "no new samples"],
  ["an interval of a minute", { ...fine, sampledAt: 900_000, intervalMs: 60_000 }, null],
  ["a message that waits for an hour", { ...fine, waitingSince: -2_600_000 }, "notifications cannot be sent"],
])("%s", (_name, life, reason) => {
  expect(silenceReason(life, 1_000_000)).toBe(reason);
});

test("it is asked once an interval while all is well, and says once that it does not get through", async () => {
  let asked = 0;
  let status = 200;
  const server = createServer((_request, response) => {
    asked++;
    response.writeHead(status).end();
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", () => listening()));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/beat`;
  const warnings: string[] = [];
  let life = fine;
  const beat = createHeartbeat({
    heartbeat: () => ({ url: () => url, intervalMs: 60_000, publicOnly: false }),
    life: async () => life,
    log: { warn: (text) => warnings.push(text) },
  });
  for (let now = 1_000_000; now < 1_120_000; now += 1000) {
    life = { ...fine, sampledAt: now };
    await beat.tick(now);
  }
  expect(asked).toBe(2);
  await beat.tick(1_300_000);
  expect(asked).toBe(2);
  status = 500;
  for (const now of [1_400_000, 1_500_000]) {
    life = { ...fine, sampledAt: now };
    await beat.tick(now);
  }
  expect(warnings).toEqual(["cannot send the heartbeat: 500"]);
  await new Promise<void>((closed) => server.close(() => closed()));
});
