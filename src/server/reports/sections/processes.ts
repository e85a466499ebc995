import { type Block, type Cell, count, quantity, type Section } from "~/domain/report";
import { chart } from "../chart";
import { type ReportInputs, selectSeries } from "../inputs";
import { table } from "../tables";

export function processesSection(inputs: ReportInputs): Section | null {
  const { processes, current, period } = inputs;
  const states = ["sleeping", "running", "uninterruptible", "defunct"];
  const picture = chart(inputs, {
    title: "Processes by state",
    unit: "{process}",
    series: states.flatMap((state) =>
      selectSeries(current["system.process.count"], { "process.state": state }).map((series) => ({ name: state, series })),
    ),
  });
  if (processes.seen === null && !picture) return null;
  const seconds = (period.to - period.from) / 1000;
  const blocks: (Block | null)[] = [picture];
  const add = (title: string, columns: readonly string[], rows: Cell[][]) => {
    if (rows.length > 0) blocks.push(table(title, columns, rows));
  };
  add(
    "Most CPU time",
    ["program", "user", "processes", "CPU time", "cores, mean", "share", "peak memory"],
    processes.byCpu.map((one) => [
      one.name,
      one.user,
      count(one.processes),
      quantity(one.cpuSeconds, "s"),
      quantity(one.cpuSeconds / seconds, "{cpu}"),
      quantity(one.cpuShare, "1"),
      quantity(one.peakMemoryBytes, "By"),
    ]),
  );
  add(
    "Most memory at the end",
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
    "Most read and written",
    ["program", "user", "read", "written", "share"],
    processes.byIo.map((one) => [
      one.name,
      one.user,
      quantity(one.readBytes, "By"),
      quantity(one.writtenBytes, "By"),
      quantity(one.ioShare, "1"),
    ]),
  );
  add(
    "Memory that grows without coming to rest",
    ["program", "user", "pid", "from", "to", "a day"],
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
    "Services that were started again",
    ["program", "user", "restarts"],
    processes.restarting.map((one) => [one.name, one.user, count(one.restarts)]),
  );
  add(
    "Ended processes that nobody collected",
    ["parent", "pid", "processes"],
    processes.zombies.map((one) => [one.parent, String(one.parentPid), count(one.count)]),
  );
  return { id: "processes", title: "Processes", blocks: blocks.filter((block) => block !== null) };
}
