import { expect, test } from "vitest";
import { fuzz } from "../helpers/fuzz";
import { startFuzzed } from "../helpers/fuzz-inputs";

test("500 requests from the OpenAPI document: no 5xx, every answer as promised, each operation with success", async () => {
  await using fuzzed = await startFuzzed();
  const { ok, faults, requests, statuses } = await fuzz({
    port: fuzzed.server.port,
    headers: fuzzed.headers,
    requests: 500,
    seed: 7,
    okEach: 1,
  });
  expect(faults).toEqual([]);
  expect([...ok].filter(([, count]) => count < 1)).toEqual([]);
  const successes = [...statuses].reduce((sum, [status, count]) => (status < 300 ? sum + count : sum), 0);
  expect(successes / requests).toBeGreaterThan(0.3);
});
