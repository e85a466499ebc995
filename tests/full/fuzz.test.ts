import { expect, test } from "vitest";
import { fuzz } from "../helpers/fuzz";
import { startFuzzed } from "../helpers/fuzz-inputs";

test("20,000 requests from the OpenAPI document: no 5xx, every answer as promised, each operation 100 times with success", async () => {
  await using fuzzed = await startFuzzed();
  const { ok, faults, requests, statuses } = await fuzz({
    port: fuzzed.server.port,
    headers: fuzzed.headers,
    requests: 20_000,
    seed: 7,
    okEach: 100,
  });
  expect(faults.slice(0, 10)).toEqual([]);
  expect([...ok].filter(([, count]) => count < 100)).toEqual([]);
  const successes = [...statuses].reduce((sum, [status, count]) => (status < 300 ? sum + count : sum), 0);
  expect(successes / requests).toBeGreaterThan(0.3);
  expect(requests).toBeGreaterThanOrEqual(20_000);
});
