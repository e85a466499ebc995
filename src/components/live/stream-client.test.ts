import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { LiveStore } from "./live-store";
import { connectStream } from "./stream-client";

/** A connection that is answered only when a test says so. */
class FakeSource extends EventTarget {
  static readonly CLOSED = 2;
  readyState = 0;

  constructor() {
    super();
    sources.push(this);
  }

  close(): void {
    this.readyState = FakeSource.CLOSED;
  }
}

let sources: FakeSource[] = [];
let leave: () => void;

const open = () => sources.filter(({ readyState }) => readyState !== FakeSource.CLOSED);

beforeEach(() => {
  vi.useFakeTimers();
  sources = [];
  vi.stubGlobal("EventSource", FakeSource);
  vi.stubGlobal("window", { location: { host: "localhost", search: "" } });
  vi.stubGlobal("document", Object.assign(new EventTarget(), { visibilityState: "visible", documentElement: { dataset: {} } }));
  leave = connectStream(new LiveStore(1));
});

afterEach(() => {
  leave();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("a connection that is never answered is given up and made again", () => {
  vi.advanceTimersByTime(34_000);
  expect(sources).toHaveLength(1);
  vi.advanceTimersByTime(2000);
  expect(sources).toHaveLength(2);
  expect(open()).toEqual([sources[1]]);
  vi.advanceTimersByTime(36_000);
  expect(open()).toEqual([sources[2]]);
});

test("a connection that is pinged stays", () => {
  for (let ping = 0; ping < 10; ping++) {
    vi.advanceTimersByTime(15_000);
    sources[0]?.dispatchEvent(new MessageEvent("ping", { data: '{"now":1}' }));
  }
  expect(open()).toEqual([sources[0]]);
});
