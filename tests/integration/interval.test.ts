/** A change of how often samples are taken is in force at once, and loses nothing. */
import { expect, test } from "vitest";
import { eventually, getJson, startServer } from "../helpers/server";

interface Current {
  timestamp: string;
}
interface History {
  timestamps: number[];
  series: { values: (number | null)[] }[];
}

test("monitoring.interval: samples come at the new pace, the old ones stay, requests meanwhile are answered", async () => {
  await using server = await startServer();
  const current = () => getJson<Current>(`${server.url}/api/metrics/current`);
  const starts = async () => {
    const { marks } = await getJson<{ marks: { kind: string }[] }>(`${server.url}/api/marks?hours=1`);
    return marks.filter(({ kind }) => kind === "start").length;
  };
  await eventually(async () => (await current()).timestamp !== null);
  const begun = Date.now();
  expect(await starts()).toBe(1);
  const change = async (interval: number) => {
    const response = await fetch(`${server.url}/api/config`, {
      method: "PATCH",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ changes: [{ path: "monitoring.interval", value: interval }] }),
    });
    expect(await response.json()).toMatchObject({ restartNeeded: [] });
  };
  const stream = await fetch(`${server.url}/api/stream`);
  await change(2);
  // The stream ends, so that pages connect anew.
  for await (const _part of stream.body as unknown as AsyncIterable<Uint8Array>);
  const answers = await Promise.all(Array.from({ length: 20 }, () => fetch(`${server.url}/api/health`)));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  const later = Date.now();
  await eventually(async () => Date.parse((await current()).timestamp) > later);
  expect(Date.parse((await current()).timestamp) % 2000).toBe(0);
  const settings = await getJson<{ settings: { path: string; value: unknown; live: boolean }[] }>(`${server.url}/api/config`);
  expect(settings.settings.find(({ path }) => path === "monitoring.interval")).toMatchObject({ value: 2, live: true });
  const { series, timestamps } = await getJson<History>(
    `${server.url}/api/metrics/history/system.memory.usage?from=${new Date(begun - 5000).toISOString()}`,
  );
  expect(timestamps.filter((at, slot) => at < begun && series[0]?.values[slot] != null).length).toBeGreaterThan(0);
  expect(await starts()).toBe(1);
});
