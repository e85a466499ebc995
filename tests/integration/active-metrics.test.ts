import { expect, test } from "vitest";
import { eventually, getJson, startServer } from "../helpers/server";

test("a metric is active in a range in which it was other than zero", async () => {
  await using server = await startServer();
  const push = (items: object[]) => fetch(`${server.url}/api/metrics/custom`, { method: "POST", body: JSON.stringify(items) });
  const { status } = await push([
    { metric: "busy_thing", value: 3 },
    { metric: "idle_thing", value: 0 },
  ]);
  expect(status).toBe(200);
  const range = (query: string) => getJson<{ metrics: string[] }>(`${server.url}/api/metrics/active?${query}`);
  const { metrics } = await eventually(async () => {
    const answer = await range("hours=1");
    return answer.metrics.includes("busy_thing") ? answer : null;
  });
  expect(metrics).toContain("system.memory.usage");
  expect(metrics).not.toContain("idle_thing");
  expect((await range("from=2020-01-01T00:00:00Z&to=2020-01-01T01:00:00Z")).metrics).toEqual([]);
});
