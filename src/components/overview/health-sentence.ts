/** Sums up the machine's state in one sentence above the charts. Pure. */
import { type AlertAnswer, isAnswerAcknowledged, rank } from "~/domain/alert";
import { fillWords } from "~/domain/fill-words";
import { formatText } from "~/domain/format-value";
import type { Health } from "~/domain/health";

export interface Situation {
  health: Health;
  monitoring: "running" | "stopped";
  cpu: number | null;
  memory: number | null;
  swap: number | null;
  filesystems: readonly { mountpoint: string; utilization: number | null; fullInSeconds?: number | null }[];
  alerts: readonly Pick<AlertAnswer, "state" | "severity" | "message" | "acknowledgedAt" | "acknowledgedUntil">[];
  now: number;
  /** Number of active rules. */
  rules: number;
}

export interface Sentence {
  severity: "ok" | "info" | "warning" | "critical";
  text: string;
  detail: string;
}

const FULL = { warning: 0.85, critical: 0.95 } as const;

/** Severity of a fill level or utilization, with the same limits as the bars on the page. */
export function severityOfShare(share: number | null): "ok" | "warning" | "critical" {
  if (share === null || share < FULL.warning) return "ok";
  return share < FULL.critical ? "warning" : "critical";
}

interface Finding {
  severity: "warning" | "critical";
  text: string;
}

function find(name: string, share: number | null): Finding[] {
  const severity = severityOfShare(share);
  return severity === "ok" ? [] : [{ severity, text: `${name} at ${formatText(share, "1")}` }];
}

const SOON_SECONDS = 24 * 3600;

/** Reports filesystems that will be full within a day, however much is free now. */
function filling(filesystems: Situation["filesystems"]): Finding[] {
  return filesystems.flatMap(({ mountpoint, fullInSeconds = null }) =>
    fullInSeconds !== null && fullInSeconds < SOON_SECONDS
      ? [{ severity: "warning" as const, text: `${mountpoint} ${fillWords(fullInSeconds).replace("full", "is full")}` }]
      : [],
  );
}

/** Firing alerts that nobody has acknowledged, worst first. */
function alertSentence({ alerts, now }: Pick<Situation, "alerts" | "now">, fine: string): Sentence | null {
  const waiting = alerts
    .filter((alert) => alert.state === "firing" && !isAnswerAcknowledged(alert, now))
    .sort((a, b) => rank(b.severity) - rank(a.severity));
  const [worst, ...others] = waiting;
  if (!worst) return null;
  const more = others.length === 0 ? "" : `, and ${others.length} more`;
  return { severity: worst.severity, text: `${worst.message}${more}`, detail: fine };
}

export function healthSentence(situation: Situation): Sentence {
  const { health, monitoring, cpu, memory, swap, filesystems, alerts, now, rules } = situation;
  if (monitoring === "stopped") {
    return {
      severity: "info",
      text: "Monitoring is stopped",
      detail: "What you see is from before. Start it again in the terminal: hostscope monitoring start",
    };
  }
  const trouble = health.checks.filter(({ status }) => status !== "ok");
  const findings = [
    ...find("CPU", cpu),
    ...find("memory", memory),
    ...find("swap", swap),
    ...filesystems.flatMap(({ mountpoint, utilization }) => find(mountpoint, utilization)),
    ...filling(filesystems),
  ];
  const fine = `CPU ${formatText(cpu, "1")}, memory ${formatText(memory, "1")}, ${filesystems.length === 1 ? "one filesystem" : `${filesystems.length} filesystems`} watched${rules > 0 ? ` by ${rules} rules` : ""}.`;
  const needs = `Hostscope needs help: ${trouble[0]?.name}`;
  // An alert is never behind the health of what found it.
  const told = alertSentence({ alerts, now }, trouble.length > 0 ? `${needs}. ${fine}` : fine);
  if (told) return told;
  if (trouble.length > 0) return { severity: "warning", text: needs, detail: trouble.map(({ detail }) => detail).join("; ") };
  if (findings.length === 0) return { severity: "ok", text: "Everything is fine", detail: fine };
  const critical = findings.some(({ severity }) => severity === "critical");
  return {
    severity: critical ? "critical" : "warning",
    text: findings
      .map(({ text }) => text)
      .join(", ")
      .replace(/^\w/, (letter) => letter.toUpperCase()),
    detail: fine,
  };
}
