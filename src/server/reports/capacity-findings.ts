/** Findings about capacity: filesystems that are full, and everything with a forecast that it will be. */
import { type Prose, safeName } from "~/domain/report";
import { DAY_MS, type Finding, minute, percent } from "./finding-parts";
import { measuredBy, type ReportInputs } from "./inputs";
import { outlookName } from "./outlook";

export function fullAlready(inputs: ReportInputs): Finding[] {
  return [
    [
      "system.filesystem.utilization",
      "space",
      "Delete what is not needed, or enlarge the filesystem: programs fail when they can write no more.",
    ],
    [
      "system.filesystem.inodes.utilization",
      "inodes",
      "Look for folders with very many small files (mail queues, sessions, caches) and remove them.",
    ],
  ].flatMap(([metric, what, advice]) =>
    measuredBy(inputs.current[metric as string], "system.filesystem.mountpoint")
      .filter(({ summary }) => summary.last >= 0.9)
      .sort((a, b) => b.summary.last - a.summary.last)
      .slice(0, 5)
      .map(({ name, summary }) => ({
        severity: summary.last >= 0.95 ? ("critical" as const) : ("warning" as const),
        title: [safeName(name), " has used ", percent(summary.last), ` of its ${what}`],
        evidence: [["between ", percent(summary.min), " and ", percent(summary.max), " in this period"]],
        advice: advice as string,
      })),
  );
}

const ADVICE_ON_GROWTH = {
  filesystem: "Find out what grows there, and clean up or enlarge it before that day.",
  inodes: "Find out what makes so many files there, and clean up before that day.",
  memory: "Find out which program grows, see Processes, or plan for more memory.",
  swap: "Find out which program grows, see Processes, or plan for more memory.",
} as const;

const SOON_DAYS = 30;

export function runningOut({ period, outlook }: ReportInputs): Finding[] {
  return outlook.flatMap((one) => {
    const { kind, last, forecast, full } = one;
    if (forecast.kind === "none" || full === null || last >= 0.95) return [];
    const days = (full.expected - period.to) / DAY_MS;
    if (days > SOON_DAYS) return [];
    const latest: Prose = full.latest === null ? [" at the earliest"] : [" and ", minute(full.latest)];
    return [
      {
        severity: days < 3 ? ("critical" as const) : ("warning" as const),
        title: [outlookName(one), " will be full around ", minute(full.expected)],
        evidence: [
          ["used ", percent(last), ", growing by ", percent(forecast.perSecond * 86_400), " a day"],
          [full.latest === null ? "not before " : "in nine cases of ten between ", minute(full.earliest), ...latest],
        ],
        advice: ADVICE_ON_GROWTH[kind],
      },
    ];
  });
}
