import { type Alert, rank } from "~/domain/alert";
import { coverageOf } from "~/domain/coverage";
import {
  type Block,
  type Cell,
  count,
  type FactsBlock,
  limit,
  type Prose,
  quantity,
  type Section,
  safeName,
  span,
} from "~/domain/report";
import { filesystemsOf, measured, type ReportInputs, TOTAL_CPU, thresholdOf } from "../inputs";
import { whatHappened } from "../story";
import { table } from "../tables";

const LOAD = "system.cpu.load_average.15m";
const MOST_FIRING = 5;
const MOST_CAUSES = 2;

type Fact = FactsBlock["items"][number];

/** The five numbers. */
function facts(inputs: ReportInputs): Fact[] {
  const { current, host, alerts, firing } = inputs;
  const items: Fact[] = [];
  const add = (name: string, value: Fact["value"], note: Prose) => items.push({ name, value, note });
  const busy = measured(current["system.cpu.utilization"], TOTAL_CPU)?.summary;
  if (busy) add("CPU", quantity(busy.mean, "1"), ["average, peak ", quantity(busy.max, "1")]);
  const memory = measured(current["system.memory.utilization"])?.summary;
  if (memory) {
    const peak: Prose = ["average, peak ", quantity(memory.max, "1"), " of ", quantity(host.memoryBytes, "By")];
    add("Memory", quantity(memory.mean, "1"), peak);
  }
  const [fullest] = filesystemsOf(inputs);
  if (fullest) add("Fullest filesystem", quantity(fullest.summary.last, "1"), [safeName(fullest.name, 30)]);
  const load = measured(current[LOAD])?.summary;
  const threshold = thresholdOf(inputs, LOAD);
  const note: Prose = ["average on ", count(host.logicalCpus), host.logicalCpus === 1 ? " CPU" : " CPUs"];
  if (load) {
    add(
      "Load",
      quantity(load.mean, "{thread}"),
      threshold === null ? note : [...note, ", threshold ", limit(threshold, "{thread}")],
    );
  }
  add("Alerts", count(alerts.length), [count(firing.length), " firing now"]);
  return items;
}

/** What fires now, worst first. */
function firingTable(firing: readonly Alert[]): Block[] {
  if (firing.length === 0) return [];
  const rows = [...firing]
    .sort((a, b) => rank(b.severity) - rank(a.severity) || b.startedAt - a.startedAt)
    .map(({ message, rule, severity, startedAt, refusal, cause, acknowledgedAt }): Cell[] => [
      safeName(message || rule, 90),
      severity,
      { time: startedAt, shown: "minute" },
      refusal === null
        ? cause
            .slice(0, MOST_CAUSES)
            .map(({ name }) => safeName(name, 30))
            .join(", ") || "–"
        : "–",
      acknowledgedAt === null ? "no" : "yes",
    ]);
  return [table("Firing now", ["alert", "severity", "since", "cause", "acknowledged"], rows, MOST_FIRING)];
}

/** Says so when less was measured than was asked for. */
function extent(inputs: ReportInputs): Prose {
  const { asked, period } = inputs;
  if (period.to - period.from === asked.to - asked.from) return [];
  return [" There is no data for the rest of the ", span(asked), " that were requested."];
}

function machine({ host }: ReportInputs): Prose {
  return [
    safeName(host.os),
    ", kernel ",
    safeName(host.kernel),
    ", ",
    count(host.logicalCpus),
    host.logicalCpus === 1 ? " CPU, " : " CPUs, ",
    quantity(host.memoryBytes, "By"),
    " of memory.",
  ];
}

export function summarySection(inputs: ReportInputs): Section {
  const isMeasured = coverageOf(inputs).share > 0;
  const blocks: Block[] = isMeasured
    ? [
        { kind: "facts", items: facts(inputs) },
        { kind: "paragraph", text: [...whatHappened(inputs), ...extent(inputs)] },
        ...firingTable(inputs.firing),
        { kind: "paragraph", text: machine(inputs) },
      ]
    : [{ kind: "paragraph", text: ["Hostscope has no data for this period."] }, ...firingTable(inputs.firing)];
  return { id: "summary", title: "Summary", blocks };
}
