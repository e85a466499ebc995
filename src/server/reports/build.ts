/** Builds the report model from plain data. Pure: every format renders the same model. */
import { coverageOf } from "~/domain/coverage";
import { type Report, type Section, safeName } from "~/domain/report";
import type { ReportInputs } from "./inputs";
import { comparisonOf } from "./quality";
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
import { furtherSection, recommendationsSection } from "./sections/recommendations";
import { summarySection } from "./sections/summary";
import { trendsSection } from "./sections/trends";
import { stateSentence, verdictOf } from "./story";

export function buildReport(gathered: ReportInputs): Report {
  const comparison = comparisonOf(gathered);
  // What little is known of a previous period must not be compared by any section.
  const inputs = comparison.isFair ? gathered : { ...gathered, previous: {} };
  const isMeasured = coverageOf(inputs).share > 0;
  const findings = isMeasured ? recommend(inputs) : [];
  const sections: (Section | null)[] = [
    summarySection(inputs),
    isMeasured ? recommendationsSection(findings) : null,
    furtherSection(findings),
    alertsSection(inputs, comparison.isFair),
    isMeasured ? trendsSection(inputs, comparison) : null,
    outlookSection(inputs),
    cpuSection(inputs),
    memorySection(inputs),
    disksSection(inputs),
    filesystemsSection(inputs),
    networkSection(inputs),
    processesSection(inputs),
    busiestSection(inputs),
    qualitySection(inputs),
  ];
  const { createdAt, period, timeZone, version } = inputs;
  return {
    title: "Performance report",
    host: safeName(inputs.host.name),
    version,
    timeZone,
    createdAt: { time: createdAt, shown: "date" },
    from: { time: period.from, shown: "date" },
    to: { time: period.to, shown: "date" },
    verdict: verdictOf(inputs.firing, findings),
    sentence: isMeasured || inputs.firing.length > 0 ? stateSentence(inputs, findings) : ["There is no data for this period."],
    sections: sections.filter((section) => section !== null),
  };
}
