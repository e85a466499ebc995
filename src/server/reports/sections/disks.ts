import type { Block, Section } from "~/domain/report";
import { chart } from "../chart";
import { measuredBy, type ReportInputs, selectSeries } from "../inputs";
import { statisticsRow, statisticsTable } from "../tables";

const IO = "system.disk.io";
const BUSY = "system.disk.utilization";
const AWAIT = "system.disk.await";
const WAITING = "system.linux.pressure.io.some";
const device = (name: string) => ({ "system.device": name });

export function disksSection(inputs: ReportInputs): Section | null {
  const { current } = inputs;
  const all = { "system.device": null };
  const rows = [
    ...statisticsRow(inputs, "read", { metric: IO, selection: { ...all, "disk.io.direction": "read" } }),
    ...statisticsRow(inputs, "write", { metric: IO, selection: { ...all, "disk.io.direction": "write" } }),
    ...statisticsRow(inputs, "I/O pressure", { metric: WAITING }),
  ];
  const disks = measuredBy(current[BUSY], "system.device").sort(
    (a, b) => b.summary.p95 - a.summary.p95 || a.name.localeCompare(b.name),
  );
  if (!(current[IO] ?? current[BUSY]) || (rows.length === 0 && disks.length === 0)) return null;
  const operations = disks.flatMap(({ name }) =>
    ["read", "write"].flatMap((direction) =>
      statisticsRow(inputs, `${name}, ${direction}`, {
        metric: AWAIT,
        selection: { ...device(name), "disk.io.direction": direction },
      }),
    ),
  );
  const blocks: (Block | null)[] = [
    chart(inputs, {
      title: "Disk throughput",
      unit: "By/s",
      series: [
        ...selectSeries(current[IO], { ...all, "disk.io.direction": "read" }).map((series) => ({
          name: "read",
          color: "green" as const,
          series,
        })),
        ...selectSeries(current[IO], { ...all, "disk.io.direction": "write" }).map((series) => ({
          name: "write",
          color: "orange" as const,
          series,
        })),
      ],
    }),
    rows.length > 0 ? statisticsTable("All disks", rows) : null,
    chart(inputs, {
      title: "Disk utilization",
      unit: "1",
      limit: 1,
      series: disks.map(({ name, series }) => ({ name, series })),
    }),
    disks.length > 0
      ? statisticsTable(
          "Disk utilization, busiest first",
          disks.flatMap(({ name }) => statisticsRow(inputs, name, { metric: BUSY, selection: device(name) })),
        )
      : null,
    operations.length > 0 ? statisticsTable("Disk latency", operations) : null,
  ];
  return { id: "disks", title: "Disks", blocks: blocks.filter((block) => block !== null) };
}
