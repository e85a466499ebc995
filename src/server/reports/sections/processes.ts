import { type Block, type Cell, count, type Prose, quantity, type Section } from "~/domain/report";
import { chart } from "../chart";
import { measured, type ReportInputs, selectSeries, TOTAL_CPU } from "../inputs";
import { measuredTimeMs } from "../quality";
import { table } from "../tables";

/** Below it, the table of CPU time would mislead about who used the CPU. */
const LEAST_EXPLAINED = 0.9;

/** Says so when processes account for clearly less than the CPU time that was used. */
function unexplained(inputs: ReportInputs): Block[] {
  const { processes, current, host } = inputs;
  const busy = measured(current["system.cpu.utilization"], TOTAL_CPU)?.summary;
  const first = processes.byCpu[0];
  if (!busy || !first || first.cpuShare === 0) return [];
  const used = busy.mean * host.logicalCpus * (measuredTimeMs(inputs) / 1000);
  const share = first.cpuSeconds / first.cpuShare / used;
  if (share >= LEAST_EXPLAINED) return [];
  const text: Prose = [
    "Shares of CPU time are relative to the time that was attributed to processes, ",
    quantity(share, "1"),
    " of the total. The rest went to interrupts and to processes that ended between two samples.",
  ];
  return [{ kind: "paragraph", text }];
}

export function processesSection(inputs: ReportInputs): Section | null {
  const { processes, current } = inputs;
  const states = ["sleeping", "running", "uninterruptible", "defunct"];
  const picture = chart(inputs, {
    title: "Processes by state",
    unit: "{process}",
    series: states.flatMap((state) =>
      selectSeries(current["system.process.count"], { "process.state": state }).map((series) => ({
        name: state === "defunct" ? "zombie" : state,
        series,
      })),
    ),
  });
  if (processes.seen === null && !picture) return null;
  const seconds = measuredTimeMs(inputs) / 1000;
  const blocks: (Block | null)[] = [picture];
  const add = (title: string, columns: readonly string[], rows: Cell[][]) => {
    if (rows.length > 0) blocks.push(table(title, columns, rows));
  };
  add(
    "Most CPU time",
    ["program", "user", "processes", "CPU time", "cores (mean)", "share", "peak memory"],
    processes.byCpu.map((one) => [
      one.name,
      one.user,
      count(one.processes),
      quantity(one.cpuSeconds, "s"),
      quantity(seconds > 0 ? one.cpuSeconds / seconds : null, "{cpu}"),
      quantity(one.cpuShare, "1"),
      quantity(one.peakMemoryBytes, "By"),
    ]),
  );
  blocks.push(...unexplained(inputs));
  add(
    "Most memory, at the end of the period",
    ["program", "user", "processes", "memory", "share"],
    processes.byMemory.map((one) => [
      one.name,
      one.user,
      count(one.processes),
      quantity(one.memoryBytes, "By"),
      quantity(one.share, "1"),
    ]),
  );
  add(
    "Most disk I/O",
    ["program", "user", "read", "write", "share"],
    processes.byIo.map((one) => [
      one.name,
      one.user,
      quantity(one.readBytes, "By"),
      quantity(one.writtenBytes, "By"),
      quantity(one.ioShare, "1"),
    ]),
  );
  add(
    "Private memory that keeps growing",
    ["program", "user", "pid", "from", "to", "per day"],
    processes.leaks.map((one) => [
      one.name,
      one.user,
      String(one.pid),
      quantity(one.fromBytes, "By"),
      quantity(one.toBytes, "By"),
      quantity(one.bytesPerDay, "By"),
    ]),
  );
  add(
    "Services that restarted",
    ["program", "user", "restarts"],
    processes.restarting.map((one) => [one.name, one.user, count(one.restarts)]),
  );
  add(
    "Zombie processes",
    ["parent", "pid", "zombies"],
    processes.zombies.map((one) => [one.parent, String(one.parentPid), count(one.count)]),
  );
  return { id: "processes", title: "Processes", blocks: blocks.filter((block) => block !== null) };
}
