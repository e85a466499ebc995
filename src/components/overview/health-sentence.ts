/** What is the matter, in one sentence, before any chart. Pure. */
import type { Health } from "~/domain/health";
import { formatText } from "~/domain/units";

export interface Situation {
  health: Health;
  monitoring: "running" | "stopped";
  cpu: number | null;
  memory: number | null;
  swap: number | null;
  filesystems: readonly { mountpoint: string; utilization: number | null }[];
}

export interface Sentence {
  severity: "ok" | "info" | "warning" | "critical";
  text: string;
  detail: string;
}

const FULL = { warning: 0.85, critical: 0.95 } as const;

/** How full or busy something may be: the same limits as the bars on the page. */
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

export function healthSentence({ health, monitoring, cpu, memory, swap, filesystems }: Situation): Sentence {
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
  ];
  const fine = `CPU ${formatText(cpu, "1")}, memory ${formatText(memory, "1")}, ${filesystems.length === 1 ? "one filesystem" : `${filesystems.length} filesystems`} watched.`;
  if (trouble.length > 0) {
    return {
      severity: "warning",
      text: `Hostscope needs help: ${trouble[0]?.name}`,
      detail: trouble.map(({ detail }) => detail).join("; "),
    };
  }
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
