/** What the catalogue says of metrics, in the language of the page. The server says it in English; the rest is loaded with the charts. */
import type { Language } from "~/domain/language";

export interface MetricText {
  title: string;
  help: string;
  /** What a high value means. */
  high: string | null;
}

export type Translate = <One extends MetricText & { metric: string }>(entry: One) => One;

const untranslated: Translate = (entry) => entry;

export async function loadMetricTexts(language: Language): Promise<Translate> {
  switch (language) {
    case "en":
      return untranslated;
    case "de": {
      const { metrics } = await import("./de/metrics");
      return (entry) => {
        const [title, help, high] = metrics[entry.metric] ?? [];
        return { ...entry, ...(title !== undefined && { title, help: help ?? entry.help, high: high ?? entry.high }) };
      };
    }
    case "en-XA": {
      const { pseudo } = await import("./pseudo");
      // A metric that somebody else has defined has a name and no title.
      return (entry) =>
        entry.title === entry.metric
          ? entry
          : { ...entry, title: pseudo(entry.title), help: pseudo(entry.help), high: entry.high && pseudo(entry.high) };
    }
  }
}
