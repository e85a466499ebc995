import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually, getJson, runHostscope, type StartedServer, startServer } from "../helpers/server";

let server: StartedServer;

beforeAll(async () => {
  server = await startServer({
    config: `
custom_metrics:
  queue: {command: [echo, "7"], interval: 1s}
  busy: {command: [echo, "8"], interval: 1s, explain: cpu}
`,
  });
  await fetch(`${server.url}/api/marks`, { method: "POST", body: JSON.stringify({ text: "deployed 1.4" }) });
  // Of two ticks there are rates.
  await eventually(
    async () => (await getJson<{ cause: unknown[] }>(`${server.url}/api/cause?metric=system.cpu.utilization`)).cause.length > 0,
  );
});

afterAll(() => server[Symbol.asyncDispose]());

const cause = (query: string) =>
  getJson<{ cause: { measure: string }[]; refusal: string | null }>(`${server.url}/api/cause?${query}`);

test("each metric is explained by its own measure, and one that no process moves by none", async () => {
  await expect(cause("metric=system.cpu.utilization")).resolves.toMatchObject({ refusal: null });
  await expect(cause("metric=system.network.io")).resolves.toMatchObject({
    refusal: expect.stringContaining("Linux does not count network traffic per process"),
  });
  await expect(cause("metric=queue")).resolves.toMatchObject({
    cause: [],
    refusal: expect.stringContaining("set its `explain` setting"),
  });
  await expect(cause("metric=busy")).resolves.not.toMatchObject({ cause: [] });
  expect((await fetch(`${server.url}/api/cause?metric=no.such`)).status).toBe(404);
});

test("a stretch is explained with what happened in it; one above a day, or too short to compare, is refused", async () => {
  const answer = await getJson<Record<string, unknown>>(`${server.url}/api/explain`);
  expect(Object.keys(answer)).toEqual(
    expect.arrayContaining(["from", "to", "baseline", "summary", "contributors", "coverage", "refusal", "metrics", "events"]),
  );
  expect(answer.events).toContainEqual(expect.objectContaining({ kind: "note", text: "deployed 1.4" }));
  expect(Date.parse(String(answer.to)) - Date.parse(String(answer.from))).toBe(900_000);
  expect((await fetch(`${server.url}/api/explain?hours=25`)).status).toBe(422);
  expect((await fetch(`${server.url}/api/explain?hours=0.001`)).status).toBe(400);
});

test("the command says it in a sentence, and as JSON what the API answers", async () => {
  const told = await runHostscope(["explain", "--url", server.url]);
  expect([told.code, told.stderr]).toEqual([0, ""]);
  expect(told.stdout).toMatch(/compared with the period since/);
  expect(told.stdout).toContain("deployed 1.4");
  const json = await runHostscope(["explain", "--from", "1h", "--json", "--url", server.url]);
  expect(JSON.parse(json.stdout)).toHaveProperty("summary");
  const why = await runHostscope(["why", "system.network.io", "--url", server.url]);
  expect(why.stdout).toContain("Unknown: Linux does not count network traffic per process");
});
