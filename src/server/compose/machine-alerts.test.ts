import { expect, test } from "vitest";
import type { PromClient, PromSeries } from "../fleet/promql";
import type { Runtime } from "../runtime";
import { alertsOfMachine } from "./machine-alerts";

const NEVER = (): never => {
  throw new Error("not here");
};

test("the pages of another machine's alerts follow one another, also where alerts began at once", async () => {
  const now = Date.now();
  const series = ["/", "/data", "/var"].map((mountpoint): PromSeries => {
    const labels = { alertname: "disk", alertstate: "firing", severity: "warning", system_filesystem_mountpoint: mountpoint };
    return { labels, points: [0, 1, 2].map((step) => ({ at: now - 120_000 + step * 10_000, value: 1 })) };
  });
  const client: Pick<PromClient, "samples" | "range" | "instant"> = {
    samples: async () => series,
    range: async () => [],
    instant: async () => [],
  };
  const here = { alerts: {} as Runtime["alerts"] };
  const refusals = { refuse: NEVER, notHere: () => NEVER };
  const { store } = alertsOfMachine({ name: "web-1", writtenMs: 10_000, client, external: new Set() }, here, refusals);
  const found: string[] = [];
  let after: { startedAt: number; id: string } | undefined;
  for (let page = 0; page < 5; page++) {
    const [alert] = await store.list({ from: now - 3_600_000, to: now, limit: 1, ...(after && { after }) });
    if (!alert) break;
    found.push(alert.id);
    after = alert;
  }
  expect(found).toHaveLength(3);
  expect(new Set(found).size).toBe(3);
  expect((await store.get(found[0] ?? ""))?.id).toBe(found[0]);
});
