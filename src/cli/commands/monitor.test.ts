import { expect, test } from "vitest";
import type { Source, SourceEvent } from "../monitor/source";
import { printLines } from "./monitor";

const SAMPLE: SourceEvent = { type: "sample", tick: { at: 0, series: [], values: [] } };
const STOPPED: SourceEvent = { type: "link", link: "stopped" };

/** A source that emits these events when it is opened, and nothing else. */
const sourceOf = (...events: SourceEvent[]): Source => ({
  name: "fake",
  open: async (emit) => events.forEach(emit),
  processes: async () => [],
  close: () => {},
});
const once = { intervalSeconds: 1, count: 1, json: true };

test("a number of lines is an error where monitoring is stopped and there is no sample", async () => {
  await expect(printLines(sourceOf(STOPPED), once)).rejects.toMatchObject({
    exitCode: 1,
    message: "Monitoring is stopped; run `hostscope monitoring start` to resume",
  });
});

test("the last sample before monitoring was stopped is a line", async () => {
  await expect(printLines(sourceOf(SAMPLE, STOPPED), once)).resolves.toBeUndefined();
});
