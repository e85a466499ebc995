import { expect, test } from "vitest";
import { processRow } from "../../../../tests/helpers/process-row";
import { ProcessTable } from "./process-table";

test("what goes to every viewer has programs with all of their processes, and no arguments", () => {
  const table = new ProcessTable();
  const workers = Array.from({ length: 30 }, (_, index) =>
    processRow(100 + index, { name: "worker", command: `/usr/bin/worker --token=t${index}`, cpu: 0.01 }),
  );
  const database = processRow(7, { name: "postgres", command: "/usr/bin/postgres -D /data", cpu: 0.2 });
  table.apply({ at: 0, changed: [...workers, database], exited: [], staleMs: 0 });
  const { cpu, programs } = table.tops();
  expect(cpu).toHaveLength(10);
  expect(programs.map(({ name, count }) => `${name} ×${count}`)).toEqual(["worker ×30", "postgres ×1"]);
  expect(JSON.stringify([cpu, programs])).not.toMatch(/token|\/data/);
});

test("what every viewer gets follows the changes", () => {
  const table = new ProcessTable();
  table.apply({ at: 0, changed: [processRow(1, { cpu: 0.5 }), processRow(2)], exited: [], staleMs: 0 });
  table.apply({ at: 1000, changed: [processRow(2, { cpu: 0.7 })], exited: [1], staleMs: 0 });
  expect(table.tops()).toMatchObject({ cpu: [{ pid: 2 }], programs: [{ first: { pid: 2 }, cpu: 0.7, count: 1 }] });
});
