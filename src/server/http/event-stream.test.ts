import { expect, test } from "vitest";
import type { TopProcesses } from "~/domain/top-processes";
import { processRow } from "../../../tests/helpers/process-row";
import type { BusEvent, TickEvent } from "../bus";
import type { Runtime } from "../runtime";
import { ProcessTable } from "../store/processes/process-table";
import { EventStream } from "./event-stream";

const table = new ProcessTable();
table.apply({
  at: 0,
  changed: [1, 2, 3].map((pid) => processRow(pid, { name: "worker", readBytesPerSecond: 700, writeBytesPerSecond: 11 })),
  exited: [],
  staleMs: 0,
});

const tick = {
  type: "tick",
  frame: { at: 1000, series: [], values: new Float64Array() },
  top: () => table.tops(),
} as unknown as TickEvent;

/** What the first client of a stream gets as `top`. */
async function topOf(withIo: boolean): Promise<TopProcesses> {
  const runtime = {
    bus: { latest: () => tick, subscribe: (_listener: (event: BusEvent) => void) => () => {} },
    now: () => 1000,
    monitoring: { state: () => ({ monitoring: "running" }) },
    config: { monitoring: { interval: 1 } },
  } as unknown as Runtime;
  const stream = new EventStream(runtime, withIo);
  const response = stream.open(new AbortController().signal, null);
  stream.closeAll();
  const data = /^event: top\ndata: (.*)$/m.exec(await response.text())?.[1];
  return JSON.parse(data ?? "null") as TopProcesses;
}

test("who may not see the I/O of all processes gets none, neither of processes nor of programs", async () => {
  const { cpu, memory, programs } = await topOf(false);
  expect([...cpu, ...memory]).toHaveLength(6);
  for (const row of [...cpu, ...memory]) expect(row).toMatchObject({ readBytesPerSecond: null, writeBytesPerSecond: null });
  expect(programs).toMatchObject([{ name: "worker", count: 3, ioBytesPerSecond: null }]);
});

test("who may see it gets it", async () => {
  const { cpu, programs } = await topOf(true);
  expect(cpu[0]).toMatchObject({ readBytesPerSecond: 700 });
  expect(programs).toMatchObject([{ count: 3, ioBytesPerSecond: 2133 }]);
});
