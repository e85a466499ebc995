import { type Block, type Cell, count, quantity, type Section } from "~/domain/report";
import { measured, type ReportInputs } from "../inputs";
import { coverageOf } from "../quality";
import { totalOf } from "../statistics";
import { table } from "../tables";

/** How reliable the figures are: what was measured, and where the gaps are. */
export function qualitySection(inputs: ReportInputs): Section {
  const { current, intervalSeconds } = inputs;
  const { share, stepSeconds, gaps } = coverageOf(inputs);
  const resolution = Math.max(0, ...Object.values(current).map(({ resolutionSeconds }) => resolutionSeconds));
  const missed = current["hostscope.sample.missed"];
  const late = totalOf(measured(missed)?.series.values ?? [], missed?.stepSeconds ?? 0);
  const blocks: Block[] = [
    {
      kind: "facts",
      items: [
        { name: "Measured", value: quantity(share, "1"), note: ["of the period"] },
        { name: "Gaps", value: count(gaps.length), note: ["of a whole step or more"] },
        { name: "Interval", value: quantity(intervalSeconds, "s"), note: ["between samples"] },
        { name: "Stored readings", value: quantity(resolution || null, "s"), note: ["apart, where coarsest"] },
        { name: "Step", value: quantity(stepSeconds || null, "s"), note: ["of the figures here"] },
        { name: "Samples left out", value: count(Math.round(late ?? 0)), note: ["because the one before was late"] },
      ],
    },
    {
      kind: "paragraph",
      text: [
        "Means and percentiles are of the means of each step of ",
        quantity(stepSeconds || null, "s"),
        "; minimum and maximum are of the single readings. A gap counts for nothing, never for zero.",
      ],
    },
  ];
  if (gaps.length > 0 && share > 0) {
    const longest = [...gaps].sort((a, b) => b.to - b.from - (a.to - a.from));
    blocks.push(
      table(
        "Gaps, longest first",
        ["from", "to", "length"],
        longest.map(({ from, to }): Cell[] => [
          { time: from, shown: "minute" },
          { time: to, shown: "minute" },
          quantity((to - from) / 1000, "s"),
        ]),
      ),
    );
  }
  return { id: "quality", title: "Data quality", blocks };
}
