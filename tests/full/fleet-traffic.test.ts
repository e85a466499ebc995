/** The traffic of machines as the real engines add it up. */
import { expect, test } from "vitest";
import { builtInDefinition } from "~/domain/metric";
import type { Series } from "~/domain/sample";
import { parseAnswer } from "~/server/fleet/promql";
import { trafficQuery } from "~/server/fleet/traffic";
import { encodeRequest, planWriting, seriesOfSteps } from "~/server/remote-write/encode";
import { startPrometheus, startVictoriaMetrics } from "../helpers/engines";
import { removedFolders } from "../helpers/folders";
import { eventually } from "../helpers/server";

const newFolder = removedFolders();

const STEPS = 8;
const STEP_MS = 10_000;

const io = (name: string, direction: string): Series => ({
  metric: "system.network.io",
  labels: { "network.interface.name": name, "network.io.direction": direction },
});
const directions = ["receive", "transmit"];

/** A bridge over a card, and loopback, each with as many bytes per second as told. */
async function write(url: string, machine: string, now: number, isTold: boolean): Promise<void> {
  const rates: [Series, number][] = ["eth0", "br0", "lo"].flatMap((name, place) =>
    directions.map((direction): [Series, number] => [io(name, direction), 100 * (place + 1)]),
  );
  const mark: Series = { metric: "system.network.in_total", labels: { "network.interface.name": "eth0" } };
  const layout = [...rates.map(([series]) => series), ...(isTold ? [mark] : [])];
  const plan = planWriting(layout, {
    definitionOf: builtInDefinition,
    externalLabels: { instance: machine, job: "hostscope" },
    wants: () => true,
    facts: [],
  });
  const steps = Array.from({ length: STEPS }, (_, step) => {
    const counts = rates.map(([, rate]) => 1e6 + (rate * step * STEP_MS) / 1000);
    return { at: now - (STEPS - 1 - step) * STEP_MS, plan, values: Float64Array.from([...counts, ...(isTold ? [1] : [])]) };
  });
  const response = await fetch(url, {
    method: "POST",
    body: encodeRequest(seriesOfSteps(steps)) as Uint8Array<ArrayBuffer>,
    headers: {
      "content-type": "application/x-protobuf",
      "content-encoding": "snappy",
      "x-prometheus-remote-write-version": "0.1.0",
    },
  });
  expect(response.status).toBeLessThan(300);
}

test.each([
  ["VictoriaMetrics", startVictoriaMetrics],
  ["Prometheus", startPrometheus],
])("%s counts a byte on a bridge and on its card once, where the machine says which are counted", async (_name, start) => {
  await using engine = await start(newFolder());
  const now = Date.now();
  await write(engine.writeUrl, "told", now, true);
  await write(engine.writeUrl, "untold", now, false);
  const asked = new URLSearchParams({ query: trafficQuery("1m"), time: String(now / 1000) });
  const traffic = await eventually(async () => {
    const answer = parseAnswer(await (await fetch(`${engine.url}/api/v1/query?${asked}`)).text());
    return answer.length === 2 ? answer : undefined;
  });
  const perSecond = Object.fromEntries(traffic.map(({ labels, points }) => [labels.instance, points.at(-1)?.value]));
  expect(perSecond.told).toBeCloseTo(200, 0);
  expect(perSecond.untold).toBeCloseTo(600, 0);
});
