/** Builds the report model from plain data. Pure: every format renders the same model. */
import { type FindingBlock, type Prose, quantity, type Report, type Section, safeName } from "~/domain/report";
import { measured, type ReportInputs, TOTAL_CPU } from "./inputs";
import { coverageOf } from "./quality";
import { recommend } from "./recommend";
import { alertsSection } from "./sections/alerts";
import { busiestSection } from "./sections/busiest";
import { cpuSection } from "./sections/cpu";
import { disksSection } from "./sections/disks";
import { filesystemsSection } from "./sections/filesystems";
import { memorySection } from "./sections/memory";
import { networkSection } from "./sections/network";
import { outlookSection } from "./sections/outlook";
import { processesSection } from "./sections/processes";
import { qualitySection } from "./sections/quality";
import { recommendationsSection } from "./sections/recommendations";
import { summarySection } from "./sections/summary";
import { trendsSection } from "./sections/trends";

export function buildReport(inputs: ReportInputs): Report {
  const isMeasured = coverageOf(inputs).share > 0;
  const findings = isMeasured ? recommend(inputs) : [];
  const sections: (Section | null)[] = [
    summarySection(inputs, findings),
    recommendationsSection(findings, isMeasured),
    outlookSection(inputs),
    trendsSection(inputs),
    cpuSection(inputs),
    memorySection(inputs),
    disksSection(inputs),
    filesystemsSection(inputs),
    networkSection(inputs),
    processesSection(inputs),
    busiestSection(inputs),
    alertsSection(inputs),
    qualitySection(inputs),
  ];
  const { createdAt, period, timeZone, version } = inputs;
  return {
    title: "Performance report",
    host: safeName(inputs.host.name),
    version,
    timeZone,
    createdAt: { time: createdAt, shown: "minute" },
    from: { time: period.from, shown: "minute" },
    to: { time: period.to, shown: "minute" },
    verdict: findings[0]?.severity ?? "ok",
    sentence: isMeasured ? sentenceOf(inputs, findings) : ["Nothing was measured in this period."],
    sections: sections.filter((section) => section !== null),
  };
}

/** Summarizes the report in one sentence: the worst finding, or the mean CPU and memory use. */
function sentenceOf({ current }: ReportInputs, findings: readonly FindingBlock[]): Prose {
  const [worst, ...others] = findings;
  if (worst) {
    const more: Prose = others.length === 0 ? ["."] : [", and ", quantity(others.length, "{count}"), " more."];
    return [...worst.title, ...more];
  }
  const busy = measured(current["system.cpu.utilization"], TOTAL_CPU)?.summary;
  const memory = measured(current["system.memory.utilization"])?.summary;
  return [
    "Nothing needs attention",
    ...(busy ? [": CPU busy ", quantity(busy.mean, "1"), " on average"] : []),
    ...(memory ? [busy ? ", memory " : ": memory ", quantity(memory.mean, "1"), " used"] : []),
    ".",
  ];
}
