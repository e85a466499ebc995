/** A chart in words, for screen readers. Pure. */
import type { Words } from "~/components/words/en";
import type { Format } from "~/components/words/words-provider";

import { type Newest, newestOf } from "./newest";
import type { ChartModel } from "./prepare";

export interface ChartSpeech {
  charts: Words["charts"];
  format: Format;
  newest?: Newest | undefined;
}

export function summaryOf(model: ChartModel, { charts, format, newest }: ChartSpeech): string {
  const { summary, empty } = charts;
  if (model.kind === "empty") return `${model.title}: ${empty[model.reason]}`;
  const parts = model.series.map(({ label, raw }) => {
    const last = newestOf(label, raw, newest);
    if (last === undefined || last === null) return summary.noReading(label);
    const peak = raw.reduce<number>((most, value) => Math.max(most, value ?? most), last);
    return summary.series(label, format.text(last, model.unit), format.text(peak, model.unit));
  });
  return `${model.title}: ${parts.join("; ")}`;
}
