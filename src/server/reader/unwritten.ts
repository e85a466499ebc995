/** What a question needs that is not in the database yet: the reader thread has a connection of its own, and nothing else. */
import type { Store } from "../store/store";
import type { Unwritten } from "./messages";
import type { Kind, Question } from "./requests";

export function unwrittenFor(question: Question, store: Pick<Store, "unwrittenProcesses" | "unwrittenSamples">): Unwritten {
  if (isAboutSeries(question)) return { samples: store.unwrittenSamples(), processes: [] };
  if (question.kind === "dataText") return { samples: store.unwrittenSamples(), processes: store.unwrittenProcesses() };
  const end = endOf(question);
  return { samples: [], processes: store.unwrittenProcesses().filter(({ start }) => start <= end) };
}

const ABOUT_SERIES = [
  "history",
  "encodedHistory",
  "active",
  "backtest",
  "outlook",
  "usual",
  "written",
] as const satisfies readonly Kind[];

type SeriesQuestion = Extract<Question, { kind: (typeof ABOUT_SERIES)[number] }>;

function isAboutSeries(question: Question): question is SeriesQuestion {
  return ABOUT_SERIES.some((kind) => kind === question.kind);
}

/** The last moment that a question about processes is about. */
function endOf(question: Exclude<Question, SeriesQuestion | { kind: "dataText" }>): number {
  switch (question.kind) {
    case "processesAt":
      return question.at;
    case "processLife":
      return question.to ?? question.now;
    case "processAnalysis":
      return question.period.to;
    case "cause":
      return question.stretch.to;
    case "explanation":
      return question.to;
    default:
      return question.range.to;
  }
}
