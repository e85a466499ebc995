import { type Block, type Cell, quantity, type Section, safeName } from "~/domain/report";
import { chart } from "../chart";
import { filesystemsOf, measured, type ReportInputs, thresholdOf } from "../inputs";
import { table } from "../tables";

const USED = "system.filesystem.utilization";
const INODES = "system.filesystem.inodes.utilization";
const USAGE = "system.filesystem.usage";

export function filesystemsSection(inputs: ReportInputs): Section | null {
  const { current } = inputs;
  const found = filesystemsOf(inputs);
  if (found.length === 0) return null;
  const rows = found.map(({ name, series, summary }): Cell[] => {
    const of = (state: string) => measured(current[USAGE], { ...series.labels, "system.filesystem.state": state })?.summary.last;
    const inodes = measured(current[INODES], series.labels)?.summary.last;
    const first = series.values.find((value) => value !== null);
    return [
      safeName(name, 40),
      safeName(series.labels["system.filesystem.type"] ?? "", 12),
      quantity(summary.last, "1"),
      quantity(of("used"), "By"),
      quantity(of("free"), "By"),
      quantity(summary.max, "1"),
      quantity(typeof first === "number" ? summary.last - first : null, "1"),
      quantity(inodes, "1"),
    ];
  });
  const blocks: (Block | null)[] = [
    chart(inputs, {
      title: "Filesystem usage",
      unit: "1",
      limit: 1,
      threshold: thresholdOf(inputs, USED),
      series: found.map(({ name, series }) => ({ name, series })),
    }),
    table(
      "At the end of the period, fullest first",
      ["", "type", "used", "used space", "free", "peak", "growth", "inodes used"],
      rows,
    ),
  ];
  return { id: "filesystems", title: "Filesystems", blocks: blocks.filter((block) => block !== null) };
}
