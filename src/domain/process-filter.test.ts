import { expect, test } from "vitest";
import { processRow } from "../../tests/helpers/process-row";
import { type FilterProblem, readProcessFilter } from "./process-filter";

const row = {
  ...processRow(812, {
    name: "postgres",
    command: "postgres: checkpointer --config=/etc/pg.conf",
    user: "pg",
    cpu: 0.382,
    memoryBytes: 512 * 2 ** 20,
    threads: 3,
    readBytesPerSecond: 0,
    writeBytesPerSecond: 20 * 1024,
    openFiles: 40,
    group: "docker 3f2a91c07d44",
    state: "defunct",
  }),
  container: "shop-db",
};

test.each([
  ["", true],
  ["checkpoint", true],
  ["CHECKPOINT pg", true],
  ["nginx", false],
  ["-nginx", true],
  ["-postgres", false],
  ["-user:pg", false],
  ["-", true],
  ["name:post", true],
  ["name=post", false],
  ["name=postgres", true],
  ["user:root", false],
  ["state:zombie", true],
  ["state:defunct", true],
  ["state:Z", true],
  ["state:sleeping", false],
  ["-state:sleeping", true],
  ["state:ended", false],
  ["cpu>38", true],
  ["cpu>38%", true],
  ["cpu>39%", false],
  ["memory>100MB", true],
  ["memory>100M", true],
  ["mem>=512MiB threads<4", true],
  ["memory>512", false],
  ["memory<1GB", true],
  ["io>10KB", true],
  ["io>10KB/s", true],
  ["io>=20", true],
  ["write>1M", false],
  ["pid:812", true],
  ["pid:81", false],
  ["pid=812", true],
  ["parent:1", true],
  ["command:postgres:", true],
  ["postgres:", true],
  ['"postgres: checkpointer"', true],
  ['"checkpointer postgres"', false],
  ['"--config=/etc/pg.conf"', true],
  ["container:3f2a", true],
  ["container:shop", true],
  ["container:web", false],
  ["unit:docker", true],
  ["group:docker", true],
  ["files>39", true],
  ["files>40", false],
])("%j lets it through: %s", (text, passes) => {
  const filter = readProcessFilter(text);
  expect([filter.passes(row), filter.problems]).toEqual([passes, []]);
});

test.each<[string, FilterProblem]>([
  ["foo:bar", { kind: "field", term: "foo:bar", field: "foo" }],
  ["constructor:x", { kind: "field", term: "constructor:x", field: "constructor" }],
  ["cpu>abc", { kind: "value", term: "cpu>abc", field: "cpu", takes: "percent" }],
  ["cpu>5MB", { kind: "value", term: "cpu>5MB", field: "cpu", takes: "percent" }],
  ["memory>5%", { kind: "value", term: "memory>5%", field: "memory", takes: "size" }],
  ["io>fast", { kind: "value", term: "io>fast", field: "io", takes: "rate" }],
  ["pid:1a", { kind: "value", term: "pid:1a", field: "pid", takes: "count" }],
  ["state:tired", { kind: "value", term: "state:tired", field: "state", takes: "state" }],
  ["user>5", { kind: "value", term: "user>5", field: "user", takes: "text" }],
])("%s is told and left out", (text, problem) => {
  const filter = readProcessFilter(`${text} postgres`);
  expect([filter.problems, filter.passes(row)]).toEqual([[problem], true]);
});

test("a field whose value is still being typed matches everything", () => {
  for (const text of ["user:", "cpu>", "state:", 'name:"']) {
    const filter = readProcessFilter(text);
    expect([filter.passes(row), filter.problems]).toEqual([true, []]);
  }
});

test("what could not be read matches no comparison, in either direction", () => {
  const unread = { ...row, readBytesPerSecond: null, writeBytesPerSecond: null };
  expect(["io>0", "io<5", "io=0"].filter((text) => readProcessFilter(text).passes(unread))).toEqual([]);
});

test("a process that has ended is found in the table of a past moment", () => {
  expect(readProcessFilter("state:ended").passes({ ...row, ended: true })).toBe(true);
});
