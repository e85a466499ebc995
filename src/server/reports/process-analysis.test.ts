import { expect, test } from "vitest";
import { consumer, DAY_MS, END, processRow } from "../../../tests/helpers/report-inputs";
import { analyseProcesses } from "./process-analysis";

const GIB = 2 ** 30;
const DAYS = 7;
const START = END - DAYS * DAY_MS;
const SERVICES = ["cron", "dbus-daemon", "systemd-logind", "sshd", "nginx"];

const facts = { moments: [], measuredSeconds: (DAYS * DAY_MS) / 1000, memoryBytes: 64 * GIB };

const service = (name: string, startedAt: number, seconds: number) =>
  consumer({ pid: 300 + (startedAt % 997), startedAt, name, command: `/usr/sbin/${name}`, user: "root", seconds });

/** A machine that is rebooted each night, and all its services with it. */
const nightly = Array.from({ length: DAYS }, (_, day) => START + day * DAY_MS).flatMap((bootedAt) => [
  consumer({ pid: 1, parentPid: 0, startedAt: bootedAt, name: "systemd", command: "/sbin/init", user: "root", seconds: 86_280 }),
  ...SERVICES.map((name) => service(name, bootedAt + 5000, 86_280)),
]);

test("services of a machine that is rebooted each night have not restarted", () => {
  expect(analyseProcesses({ ...facts, consumers: nightly }).restarting).toEqual([]);
});

test("a service that ends beside the reboots has restarted as often as it ended", () => {
  const flaky = Array.from({ length: 2 * DAYS }, (_, half) => service("flaky", START + (half * DAY_MS) / 2 + 9000, 43_000));
  expect(analyseProcesses({ ...facts, consumers: [...nightly, ...flaky] }).restarting).toEqual([
    { name: "flaky", user: "root", restarts: DAYS },
  ]);
});

function growing({ own, shared }: { own: number; shared: number }) {
  return Array.from({ length: 36 }, (_, index) => ({
    at: START + ((index + 1) * DAY_MS) / 36,
    rows: [
      processRow({
        pid: 7,
        name: "mongod",
        memoryBytes: (2 + index * (own + shared)) * GIB,
        sharedBytes: (1 + index * shared) * GIB,
      }),
    ],
  }));
}

test("memory that grows by files that are mapped is no leak, and what a leak has lost is its own memory", () => {
  const leaksOf = (grows: Parameters<typeof growing>[0]) =>
    analyseProcesses({ ...facts, consumers: [], moments: growing(grows) }).leaks.map(({ fromBytes, toBytes }) => [
      fromBytes / GIB,
      toBytes / GIB,
    ]);
  expect(leaksOf({ own: 0, shared: 0.3 })).toEqual([]);
  expect(leaksOf({ own: 0.1, shared: 0.3 })).toEqual([[1, 4.5]]);
});
