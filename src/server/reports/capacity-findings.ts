/** Findings about capacity: filesystems that are full, and everything with a forecast that it will be. */
import { MEASURES } from "~/domain/contributor";
import type { Outlook } from "~/domain/outlook";
import { type Prose, safeName } from "~/domain/report";
import { bytes, DAY_MS, type Finding, minute, percent } from "./finding-parts";
import { filesystemsOf, type Measured, measured, type ReportInputs, thresholdsOf } from "./inputs";
import { outlookName, usedAtEnd } from "./outlook";
import { isForCapacity } from "./quality";

const MOUNT = "system.filesystem.mountpoint";
const SPACE = "system.filesystem.utilization";
const INODES = "system.filesystem.inodes.utilization";
/** From when on a filesystem is nearly full when no rule says it. */
const NEARLY_FULL = { warning: 0.85, critical: 0.95 } as const;
/** What rounds to all of it. */
const FULL = 0.995;
const MOST = 5;

function limitsFor(inputs: ReportInputs, metric: string): { warning: number; critical: number } {
  const thresholds = thresholdsOf(inputs, metric) ?? NEARLY_FULL;
  const critical = thresholds.critical ?? NEARLY_FULL.critical;
  return { warning: thresholds.warning ?? critical, critical };
}

type Filesystem = Measured & { name: string };

/** Who filled it, as its alert found out. */
function contributorOf({ alerts, firing }: ReportInputs, mountpoint: string): Prose[] {
  const known = [...firing, ...alerts].find(
    ({ labels, metric, refusal, cause }) =>
      labels[MOUNT] === mountpoint && metric === SPACE && refusal === null && cause.length > 0,
  )?.cause[0];
  return known ? [[safeName(known.name, 40), " accounts for ", percent(known.share), ` ${MEASURES[known.measure]}`]] : [];
}

function growthOf({ summary, series }: Filesystem): Prose[] {
  const first = series.values.find((value) => value !== null);
  if (typeof first !== "number" || summary.last - first < 0.01) return [];
  return [["up from ", percent(first), " at the start of the period"]];
}

function whenFull(inputs: ReportInputs, kind: Outlook["kind"], mountpoint: string): Prose[] {
  const found = inputs.outlook.find((one) => one.kind === kind && one.mountpoint === mountpoint);
  if (!found?.full || !isForCapacity(inputs)) return [];
  return [["full around ", minute(found.full.expected), " at the current rate"]];
}

function spaceFinding(inputs: ReportInputs, filesystem: Filesystem): Finding {
  const { name, series, summary } = filesystem;
  const ofFree = { ...series.labels, "system.filesystem.state": "free" };
  const free = measured(inputs.current["system.filesystem.usage"], ofFree)?.summary;
  return {
    severity: summary.last >= limitsFor(inputs, SPACE).critical ? "critical" : "warning",
    title: summary.last >= FULL ? [safeName(name), " is full"] : [safeName(name), " is ", percent(summary.last), " full"],
    evidence: [
      ...(free ? [[bytes(free.last), " free"]] : []),
      ...growthOf(filesystem),
      ...whenFull(inputs, "filesystem", name),
      ...contributorOf(inputs, name),
    ],
    advice: ["Delete what is no longer needed, or enlarge the filesystem. Programs fail when they cannot write."],
  };
}

function inodesFinding(inputs: ReportInputs, filesystem: Filesystem): Finding {
  const { name, summary } = filesystem;
  return {
    severity: summary.last >= limitsFor(inputs, INODES).critical ? "critical" : "warning",
    title: [safeName(name), " has used ", percent(summary.last), " of its inodes"],
    evidence: [...growthOf(filesystem), ...whenFull(inputs, "inodes", name)],
    advice: ["Look for directories with very many small files, such as mail queues, sessions and caches, and clean them up."],
  };
}

export function fullAlready(inputs: ReportInputs): Finding[] {
  const full = (metric: string) =>
    filesystemsOf(inputs, metric)
      .filter(({ summary }) => summary.last >= limitsFor(inputs, metric).warning)
      .slice(0, MOST);
  return [
    ...full(SPACE).map((filesystem) => spaceFinding(inputs, filesystem)),
    ...full(INODES).map((filesystem) => inodesFinding(inputs, filesystem)),
  ];
}

const ADVICE_ON_GROWTH = {
  filesystem: "Find out what is growing there, then clean up or enlarge the filesystem before that date.",
  inodes: "Find out what creates so many files there, and clean up before that date.",
  memory: "Find out which program is growing, or plan for more memory.",
  swap: "Find out which program is growing, or plan for more memory.",
} as const;

const SOON_DAYS = 30;
const URGENT_DAYS = 3;

/** Whether a finding about what is full names it already. */
function isNamed(inputs: ReportInputs, { kind, mountpoint }: Outlook): boolean {
  if (mountpoint === null) return false;
  const metric = kind === "inodes" ? INODES : SPACE;
  const found = filesystemsOf(inputs, metric).find(({ name }) => name === mountpoint);
  return found === undefined || found.summary.last >= limitsFor(inputs, metric).warning;
}

export function runningOut(inputs: ReportInputs): Finding[] {
  const { period, outlook } = inputs;
  if (!isForCapacity(inputs)) return [];
  return outlook.flatMap((one) => {
    const { kind, forecast, full } = one;
    if (forecast.kind === "none" || full === null || isNamed(inputs, one)) return [];
    const days = (full.expected - period.to) / DAY_MS;
    if (days > SOON_DAYS) return [];
    const range: Prose =
      full.latest === null
        ? ["not before ", minute(full.earliest)]
        : ["90% range: ", minute(full.earliest), " to ", minute(full.latest)];
    return [
      {
        severity: days < URGENT_DAYS ? ("critical" as const) : ("warning" as const),
        title: [outlookName(one), " will be full around ", minute(full.expected)],
        evidence: [
          [percent(usedAtEnd(inputs, one)), " used, growing by ", percent(forecast.perSecond * 86_400), " per day"],
          range,
        ],
        advice: [ADVICE_ON_GROWTH[kind]],
      },
    ];
  });
}
