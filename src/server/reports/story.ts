/** What happened, in three sentences: how it stands, what fired, and how busy the machine was. Pure. */
import { type Alert, rank } from "~/domain/alert";
import { worstOf } from "~/domain/judgement";
import { count, type FindingBlock, type Prose, quantity, safeName, span, type Verdict } from "~/domain/report";
import { percent } from "./finding-parts";
import { type Measured, measured, type ReportInputs, TOTAL_CPU } from "./inputs";

type Facts = Pick<ReportInputs, "firing" | "createdAt" | "period">;

/** A report that ends further back is about the past: what fires now is said apart. */
const RECENT_MS = 600_000;

const isRecent = ({ createdAt, period }: Facts) => createdAt - period.to <= RECENT_MS;

const worstAlert = (alerts: readonly Alert[]) => [...alerts].sort((a, b) => rank(b.severity) - rank(a.severity))[0];

/** The worst of what fires and of what was found. */
export function verdictOf(firing: readonly Alert[], findings: readonly FindingBlock[]): Verdict {
  return worstOf([...firing, ...findings].map(({ severity }) => severity)) ?? "ok";
}

const plural = (number: number, one: string, several: string) => (number === 1 ? one : several);

function moreOf(number: number): Prose {
  return number === 0 ? ["."] : ["; ", count(number), plural(number, " more issue.", " more issues.")];
}

/** What fires, else the worst finding, else that nothing is wrong. */
export function stateSentence(facts: Facts, findings: readonly FindingBlock[]): Prose {
  const worst = worstAlert(facts.firing);
  if (worst) {
    const number = facts.firing.length;
    const what = safeName(worst.message || worst.rule, 90);
    const when = isRecent(facts) ? "" : " (when this report was created)";
    if (number === 1) return [`One alert is firing${when}: ${what}.`];
    return [count(number), ` alerts are firing${when}, the worst: ${what}.`];
  }
  const [first, ...others] = findings;
  if (first) return [...first.title, ...moreOf(others.length)];
  return ["No alerts are firing and nothing needs attention."];
}

const lastedMs = ({ startedAt, resolvedAt }: Alert, { from, to }: ReportInputs["period"]) =>
  Math.min(resolvedAt ?? to, to) - Math.max(startedAt, from);

/** What fired in the period: how often, and which longest. */
function alertsSentence({ alerts, alertsCut, period }: ReportInputs): Prose {
  const inPeriod: Prose = [" in ", span(period)];
  const [longest] = [...alerts].sort((a, b) => lastedMs(b, period) - lastedMs(a, period));
  if (!longest) return ["No alerts fired", ...inPeriod, "."];
  const number: Prose = [
    alertsCut ? "More than " : "",
    count(alerts.length),
    plural(alerts.length, " alert", " alerts"),
    " fired",
  ];
  const [first] = longest.cause;
  const cause: Prose = first && longest.refusal === null ? [", caused mainly by ", safeName(first.name, 40)] : [];
  const duration = quantity(Math.round(lastedMs(longest, period) / 1000), "s");
  const which: Prose = [
    plural(alerts.length, ": ", "; the longest was "),
    safeName(longest.message || longest.rule, 90),
    ", for ",
    duration,
  ];
  return [...number, ...inPeriod, ...which, ...cause, "."];
}

/** A smaller difference in percentage points is not worth a word. */
const LEAST_POINTS = 0.05;

function againstBefore(now: Measured, before: Measured | null): Prose {
  if (!before) return [];
  const difference = now.summary.mean - before.summary.mean;
  if (Math.abs(difference) < LEAST_POINTS) return [];
  return [difference > 0 ? ", up from " : ", down from ", percent(before.summary.mean)];
}

/** How busy the machine was, beside the previous period where that says something. */
function loadSentence({ current, previous }: ReportInputs): Prose {
  const busy = measured(current["system.cpu.utilization"], TOTAL_CPU);
  const memory = measured(current["system.memory.utilization"]);
  const cpu: Prose = busy
    ? [
        "CPU averaged ",
        percent(busy.summary.mean),
        ...againstBefore(busy, measured(previous["system.cpu.utilization"], TOTAL_CPU)),
        ", peaking at ",
        percent(busy.summary.max),
      ]
    : [];
  const used: Prose = memory
    ? [
        busy ? "; memory averaged " : "Memory averaged ",
        percent(memory.summary.mean),
        ...againstBefore(memory, measured(previous["system.memory.utilization"])),
      ]
    : [];
  return busy || memory ? [" ", ...cpu, ...used, "."] : [];
}

/** The second and the third sentence. */
export function whatHappened(inputs: ReportInputs): Prose {
  return [...alertsSentence(inputs), ...loadSentence(inputs)];
}
