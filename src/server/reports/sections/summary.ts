import { count, type FactsBlock, type FindingBlock, type Prose, quantity, type Section, safeName } from "~/domain/report";
import { measured, measuredBy, type ReportInputs, TOTAL_CPU } from "../inputs";
import { coverageOf } from "../quality";
import { totalOf } from "../statistics";

const RECEIVED = { "network.interface.name": null, "network.io.direction": "receive" };
const SENT = { "network.interface.name": null, "network.io.direction": "transmit" };
const READ = { "system.device": null, "disk.io.direction": "read" };
const WRITTEN = { "system.device": null, "disk.io.direction": "write" };

type Fact = FactsBlock["items"][number];

/** The key figures of the machine in the period. */
function facts(inputs: ReportInputs): Fact[] {
  const { current, host, alerts } = inputs;
  const items: Fact[] = [];
  const add = (name: string, value: Fact["value"], note: Prose = []) => items.push({ name, value, note });
  const busy = measured(current["system.cpu.utilization"], TOTAL_CPU)?.summary;
  if (busy) add("CPU, mean", quantity(busy.mean, "1"), ["95th percentile ", quantity(busy.p95, "1")]);
  const load = measured(current["system.cpu.load_average.1m"])?.summary;
  if (load) add("Load, mean", quantity(load.mean, "{thread}"), ["on ", count(host.logicalCpus), " CPUs"]);
  const memory = measured(current["system.memory.utilization"])?.summary;
  if (memory)
    add("Memory, mean", quantity(memory.mean, "1"), [
      "at most ",
      quantity(memory.max, "1"),
      " of ",
      quantity(host.memoryBytes, "By"),
    ]);
  const swap = measured(current["system.paging.utilization"])?.summary;
  if (swap) add("Swap, at most", quantity(swap.max, "1"), ["at the end ", quantity(swap.last, "1")]);
  const fullest = measuredBy(current["system.filesystem.utilization"], "system.filesystem.mountpoint").sort(
    (a, b) => b.summary.last - a.summary.last,
  )[0];
  if (fullest) add("Fullest filesystem", quantity(fullest.summary.last, "1"), [safeName(fullest.name, 30)]);
  const total = (metric: string, selection: typeof RECEIVED | typeof READ) =>
    totalOf(measured(current[metric], selection)?.series.values ?? [], current[metric]?.stepSeconds ?? 0);
  const written = total("system.disk.io", WRITTEN);
  if (written !== null) add("Written to disk", quantity(written, "By"), ["read ", quantity(total("system.disk.io", READ), "By")]);
  const received = total("system.network.io", RECEIVED);
  if (received !== null) add("Received", quantity(received, "By"), ["sent ", quantity(total("system.network.io", SENT), "By")]);
  add("Alerts", count(alerts.length), ["before ", count(inputs.previousAlerts)]);
  return items;
}

export function summarySection(inputs: ReportInputs, findings: readonly FindingBlock[]): Section {
  const { host, period } = inputs;
  const { share } = coverageOf(inputs);
  const text: Prose =
    share === 0
      ? ["Nothing was measured in this period, so there is nothing to tell of it."]
      : [
          safeName(host.name),
          " runs ",
          safeName(host.os),
          ", kernel ",
          safeName(host.kernel),
          ", with ",
          count(host.logicalCpus),
          " CPUs and ",
          quantity(host.memoryBytes, "By"),
          " of memory. ",
          quantity(share, "1"),
          " of ",
          quantity((period.to - period.from) / 1000, "s"),
          " was measured. ",
          ...(findings.length === 0
            ? ["Nothing needs attention."]
            : [count(findings.length), findings.length === 1 ? " thing needs" : " things need", " attention."]),
        ];
  return {
    id: "summary",
    title: "Summary",
    blocks:
      share === 0
        ? [{ kind: "paragraph", text }]
        : [
            { kind: "facts", items: facts(inputs) },
            { kind: "paragraph", text },
          ],
  };
}
