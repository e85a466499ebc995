import { coverageOf } from "~/domain/coverage";
import { type Block, type Cell, count, type Prose, quantity, type Section, span } from "~/domain/report";
import { type ReportInputs, totalIn } from "../inputs";
import { table } from "../tables";

/** How reliable the figures are: what was measured, and where the gaps are. */
export function qualitySection(inputs: ReportInputs): Section {
  const { current, cut, intervalSeconds, period } = inputs;
  const length = span(period);
  const { share, stepSeconds, gaps } = coverageOf(inputs);
  const resolution = Math.max(0, ...Object.values(current).map(({ resolutionSeconds }) => resolutionSeconds));
  const longest = Math.max(stepSeconds, ...Object.values(current).map((history) => history.stepSeconds));
  const late = totalIn(inputs, "hostscope.sample.missed");
  const blocks: Block[] = [
    {
      kind: "facts",
      items: [
        { name: "Coverage", value: quantity(share, "1"), note: gaps.length === 0 ? ["no gaps in ", length] : ["of ", length] },
        { name: "Gaps", value: count(gaps.length), note: [] },
        { name: "Sampling interval", value: quantity(intervalSeconds, "s"), note: [] },
        { name: "Resolution", value: quantity(stepSeconds || null, "s"), note: ["stored: ", quantity(resolution || null, "s")] },
        { name: "Skipped samples", value: count(Math.round(late ?? 0)), note: ["previous one overran"] },
      ],
    },
    {
      kind: "paragraph",
      text: [
        "Means and percentiles are based on averages over ",
        quantity(stepSeconds || null, "s"),
        ...(longest > stepSeconds ? [" (up to ", quantity(longest, "s"), " for metrics with many series)"] : []),
        ", minimum and maximum on single samples. Gaps are excluded.",
      ],
    },
  ];
  if (cut.length > 0) {
    const text: Prose = [
      "Of some metrics only the series with the highest values and the totals are included: ",
      cut.join(", "),
      ".",
    ];
    blocks.push({ kind: "paragraph", text });
  }
  if (gaps.length > 0 && share > 0) {
    const longestFirst = [...gaps].sort((a, b) => b.to - b.from - (a.to - a.from));
    blocks.push(
      table(
        "Gaps, longest first",
        ["from", "to", "length"],
        longestFirst.map(({ from, to }): Cell[] => [
          { time: from, shown: "minute" },
          { time: to, shown: "minute" },
          quantity((to - from) / 1000, "s"),
        ]),
      ),
    );
  }
  return { id: "quality", title: "Data quality", blocks };
}
