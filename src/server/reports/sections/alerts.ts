import { mean } from "simple-statistics";
import { type Block, type Cell, count, type FactsBlock, type Prose, quantity, type Section, safeName } from "~/domain/report";
import type { ReportInputs } from "../inputs";
import { table } from "../tables";

const MOST_CAUSES = 3;

/** What is marked on the charts: the kernel's own words first of all. */
function marksTable(marks: ReportInputs["marks"]): Block[] {
  if (marks.length === 0) return [];
  const rows = marks.map(({ at, kind, text }): Cell[] => [{ time: at, shown: "minute" }, kind, safeName(text, 120)]);
  return [table("Other events, newest first", ["time", "kind", "event"], rows)];
}

/** `isCompared`: enough of the previous period is known to compare with it. */
export function alertsSection({ alerts, alertsCut, previousAlerts, marks, period }: ReportInputs, isCompared: boolean): Section {
  const previously: Prose = isCompared ? ["previously ", count(previousAlerts)] : [];
  if (alerts.length === 0) {
    const text: Prose = ["No alerts in this period", ...(isCompared ? [" (", ...previously, ")"] : []), "."];
    return { id: "alerts", title: "Alerts", blocks: [{ kind: "paragraph", text }, ...marksTable(marks)] };
  }
  const seconds = (pick: (alert: (typeof alerts)[number]) => number | null) => {
    const times = alerts.flatMap((alert) => {
      const end = pick(alert);
      return end === null ? [] : [(end - alert.startedAt) / 1000];
    });
    return quantity(times.length === 0 ? null : mean(times), "s");
  };
  const items: FactsBlock["items"] = [
    {
      name: "Alerts",
      value: count(alerts.length),
      note: alertsCut ? ["newest only"] : previously,
    },
    { name: "Critical", value: count(alerts.filter(({ severity }) => severity === "critical").length), note: [] },
    { name: "Not resolved", value: count(alerts.filter(({ state }) => state === "firing").length), note: [] },
    { name: "Time to acknowledge", value: seconds(({ acknowledgedAt }) => acknowledgedAt), note: ["mean"] },
    { name: "Time to resolve", value: seconds(({ resolvedAt }) => resolvedAt), note: ["mean"] },
  ];
  const rules = Map.groupBy(alerts, ({ rule }) => rule);
  const lasted = (list: typeof alerts) =>
    list.reduce(
      (sum, { startedAt, resolvedAt }) =>
        sum + (Math.min(resolvedAt ?? period.to, period.to) - Math.max(startedAt, period.from)) / 1000,
      0,
    );
  const blocks: Block[] = [
    { kind: "facts", items },
    table(
      "By rule, longest first",
      ["rule", "alerts", "time firing"],
      [...rules]
        .map(([rule, list]): [string, number, number] => [safeName(rule), list.length, lasted(list)])
        .sort((a, b) => b[2] - a[2])
        .map(([rule, number, time]): Cell[] => [rule, count(number), quantity(time, "s")]),
    ),
    table(
      "Alerts, newest first",
      ["alert", "severity", "cause", "since", "duration", "value"],
      alerts.map((alert): Cell[] => [
        safeName(alert.message || alert.rule, 90),
        alert.severity,
        alert.refusal ??
          alert.cause
            .slice(0, MOST_CAUSES)
            .map(({ name }) => safeName(name, 20))
            .join(", "),
        { time: alert.startedAt, shown: "minute" },
        alert.resolvedAt === null ? "still firing" : quantity(Math.round((alert.resolvedAt - alert.startedAt) / 1000), "s"),
        quantity(alert.value, alert.unit),
      ]),
    ),
    ...marksTable(marks),
  ];
  return { id: "alerts", title: "Alerts", blocks };
}
