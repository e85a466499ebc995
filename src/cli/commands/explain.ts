import { changeText } from "~/domain/explanation";
import { type ClientInput, connect } from "../connect";
import { clientError, columns, plain, printJson } from "../output";
import { momentOf } from "../time";
import { causeTable } from "./why";

interface ExplainInput extends ClientInput {
  flags: ClientInput["flags"] & { from?: string; to?: string };
}

/** What was different in a stretch of time: a sentence, and what it rests on. */
export async function explain(input: ExplainInput): Promise<void> {
  const { url, client } = connect(input);
  const now = Date.now();
  const { from, to } = input.flags;
  const range = {
    ...(from !== undefined && { from: momentOf("--from", from, now) }),
    ...(to !== undefined && { to: momentOf("--to", to, now) }),
  };
  try {
    const answer = await client.explain.stretch.query(range);
    if (input.flags.json) {
      printJson(answer);
      return;
    }
    const { contributors, coverage, refusal, metrics, events } = answer;
    const clock = (at: string) => at.slice(0, 19).replace("T", " ");
    const sections = [
      `${clock(answer.from)} to ${clock(answer.to)} UTC, against the time since ${clock(answer.baseline.from)}`,
      plain(answer.summary),
      ...(contributors.length > 0 || refusal !== null ? [`WHO\n${causeTable({ cause: contributors, coverage, refusal })}`] : []),
      ...(metrics.length > 0 ? [`WHAT CHANGED\n${metrics.map((one) => plain(changeText(one))).join("\n")}`] : []),
      ...(events.length > 0
        ? [`WHAT HAPPENED\n${columns(events.map(({ at, kind, text }) => [clock(at), kind, plain(text)]))}`]
        : []),
    ];
    process.stdout.write(`${sections.join("\n\n")}\n`);
  } catch (error) {
    throw clientError(error, url);
  }
}
