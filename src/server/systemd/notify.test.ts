import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { serviceManager } from "./notify";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const sent: string[] = [];
const send = (...messages: string[]) => void sent.push(...messages);
const fail = (error: Error) => {
  throw error;
};
beforeEach(() => void sent.splice(0));

test("systemd hears that it is ready, twice within each watchdog's time that it goes on, and that it stops", () => {
  const service = serviceManager({ notifySocket: "/run/systemd/notify", watchdogUsec: 60e6 }, fail, send);
  vi.advanceTimersByTime(60_000);
  expect(sent).toEqual([]);
  service.ready();
  expect(sent).toEqual(["READY=1"]);
  vi.advanceTimersByTime(60_000);
  expect(sent).toEqual(["READY=1", "WATCHDOG=1", "WATCHDOG=1"]);
  service.stopping();
  vi.advanceTimersByTime(60_000);
  expect(sent.slice(3)).toEqual(["STOPPING=1"]);
});

test("without a watchdog it says only when it is ready", () => {
  serviceManager({ notifySocket: "@notify", watchdogUsec: undefined }, fail, send).ready();
  vi.advanceTimersByTime(600_000);
  expect(sent).toEqual(["READY=1"]);
});

test("started by hand it says nothing", () => {
  const service = serviceManager({ notifySocket: undefined, watchdogUsec: 60e6 }, fail, send);
  service.ready();
  service.stopping();
  expect(sent).toEqual([]);
});
