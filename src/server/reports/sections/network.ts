import { type Block, type Cell, quantity, type Section, safeName } from "~/domain/report";
import { chart } from "../chart";
import { measured, measuredBy, type ReportInputs, selectSeries, totalIn } from "../inputs";
import { statisticsRow, statisticsTable, table } from "../tables";

const IO = "system.network.io";
const NAME = "network.interface.name";
const DIRECTION = "network.io.direction";

export function networkSection(inputs: ReportInputs): Section | null {
  const { current } = inputs;
  const history = current[IO];
  const all = { [NAME]: null };
  const rows = [
    ...statisticsRow(inputs, "received", { metric: IO, selection: { ...all, [DIRECTION]: "receive" } }),
    ...statisticsRow(inputs, "sent", { metric: IO, selection: { ...all, [DIRECTION]: "transmit" } }),
    ...statisticsRow(inputs, "TCP retransmits", { metric: "system.network.tcp.retransmits" }),
    ...statisticsRow(inputs, "open TCP connections", { metric: "system.network.tcp.established" }),
  ];
  if (!history || rows.length === 0) return null;
  const names = [...new Set(measuredBy(history, NAME).map(({ name }) => name))];
  const interfaces = names
    .map((name) => {
      const of = (metric: string, direction: string) => totalIn(inputs, metric, { [NAME]: name, [DIRECTION]: direction });
      return {
        name,
        received: of(IO, "receive"),
        sent: of(IO, "transmit"),
        dropped: (of("system.network.packet.dropped", "receive") ?? 0) + (of("system.network.packet.dropped", "transmit") ?? 0),
        link: measured(current["system.network.utilization"], { [NAME]: name })?.summary.p95,
      };
    })
    .sort((a, b) => (b.received ?? 0) + (b.sent ?? 0) - (a.received ?? 0) - (a.sent ?? 0) || a.name.localeCompare(b.name));
  const blocks: (Block | null)[] = [
    chart(inputs, {
      title: "Network throughput",
      unit: "By/s",
      series: [
        ...selectSeries(history, { ...all, [DIRECTION]: "receive" }).map((series) => ({
          name: "received",
          color: "blue" as const,
          series,
        })),
        ...selectSeries(history, { ...all, [DIRECTION]: "transmit" }).map((series) => ({
          name: "sent",
          color: "pink" as const,
          series,
        })),
      ],
    }),
    statisticsTable("All physical interfaces", rows),
    table(
      "Interfaces, busiest first",
      ["", "received", "sent", "dropped packets", "link utilization, p95"],
      interfaces.map((one): Cell[] => [
        safeName(one.name, 40),
        quantity(one.received, "By"),
        quantity(one.sent, "By"),
        quantity(Math.round(one.dropped), "{packet}"),
        quantity(one.link, "1"),
      ]),
    ),
  ];
  return { id: "network", title: "Network", blocks: blocks.filter((block) => block !== null) };
}
