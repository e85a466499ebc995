import { expect, test } from "vitest";
import { contributor } from "../../tests/helpers/alert";
import { type ChangedMetric, type ExplainedEvent, summarize, summaryText } from "./explanation";

const FROM = 1_800_000_000_000;
const cpu: ChangedMetric = {
  metric: "system.cpu.utilization",
  labels: {},
  unit: "1",
  mean: 0.97,
  before: 0.12,
  yesterday: null,
  statistic: 1,
  size: 40,
  values: [],
};
const npm = contributor({ kind: "tree", name: "npm test", pid: 9040, startedBy: "ann in tmux", processes: 214, share: 0.78 });
const event = (kind: ExplainedEvent["kind"], minutes: number, text: string): ExplainedEvent => ({
  at: FROM + minutes * 60_000,
  kind,
  text,
  id: null,
});
const told = (change: Partial<Parameters<typeof summarize>[0]>) =>
  summarize({ metrics: [], contributors: [], refusal: null, events: [], from: FROM, ...change });

test("one sentence: what changed most, who did it, and what had happened, each with its evidence", () => {
  const parts = told({
    metrics: [cpu],
    contributors: [npm],
    events: [event("alert", 1, "cpu at 97 %"), event("note", -3, "deployed 1.4")],
  });
  expect(summaryText(parts)).toBe(
    "CPU rose from 12% to 97%; npm test (pid 9040, started by ann in tmux), 214 processes used 78% of the CPU; 3 min earlier: deployed 1.4.",
  );
  expect(parts.map(({ evidence }) => evidence)).toEqual([
    { kind: "metric", index: 0 },
    { kind: "contributor", index: 0 },
    { kind: "event", index: 1 },
  ]);
});

test.each([
  ["system.memory.utilization", {}, "Memory usage rose"],
  ["system.memory.usage", { "system.memory.state": "used" }, "Memory usage rose"],
  ["system.memory.usage", { "system.memory.state": "cached" }, "Memory cached rose"],
  ["system.memory.linux.available", {}, "Available memory rose"],
  ["system.disk.utilization", {}, "Disk utilization rose"],
  ["system.disk.await", {}, "Disk latency rose"],
  ["system.disk.queue_length", {}, "Disk queue length rose"],
  ["system.disk.io_time", {}, "Disk busy time rose"],
])("what %s %j is called", (metric, labels, title) => {
  expect(summaryText(told({ metrics: [{ ...cpu, metric, labels }] }))).toContain(`${title} from`);
});

test.each([
  ["memory", "used 78% of the memory"],
  ["zombies", "accounted for 78% of the zombies"],
  ["growth", "accounted for 78% of the memory growth"],
] as const)("how much of a measure one has: %s", (measure, said) => {
  expect(summaryText(told({ contributors: [{ ...npm, measure }] }))).toContain(said);
});

test("a calm stretch says so, and a refusal is said instead of a name", () => {
  expect(summaryText(told({}))).toBe("Nothing stands out compared with the previous period.");
  const refusal = "spread over 212 processes, none above 2%";
  expect(summaryText(told({ metrics: [cpu], contributors: [npm], refusal }))).toBe(`CPU rose from 12% to 97%; ${refusal}.`);
});

test("the kernel's own words weigh more than a note, an alert is no cause", () => {
  const events = [event("note", 1, "a note"), event("kernel", 2, "the kernel killed node"), event("alert", 3, "memory")];
  expect(told({ events }).at(-1)).toEqual({ text: "meanwhile: the kernel killed node", evidence: { kind: "event", index: 1 } });
});

test("a sentence that begins with the name of a program keeps it as it is", () => {
  expect(summaryText(told({ contributors: [npm] }))).toMatch(/^npm test \(pid 9040/);
});
