import { changeText } from "~/domain/explanation";
import { type ClientInput, connect } from "../connect";
import { clientError, columns, paint, plain, printJson } from "../output";
import { momentOf, timeText } from "../time";
import { causeTable } from "./why";

interface ExplainInput extends ClientInput {
  flags: ClientInput["flags"] & { from?: string; to?: string };
}

/** What changed in a time range: a sentence, and what it is based on. */
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
    const section = (title: string, text: string) => `${paint("head", title)}\n${text}`;
    const sections = [
      `${timeText(answer.from)} to ${timeText(answer.to)}, compared with the period since ${timeText(answer.baseline.from)}`,
      plain(answer.summary),
      ...(contributors.length > 0 || refusal !== null
        ? [section("Top contributors", causeTable({ cause: contributors, coverage, refusal }))]
        : []),
      ...(metrics.length > 0 ? [section("Changed metrics", metrics.map((one) => plain(changeText(one))).join("\n"))] : []),
      ...(events.length > 0
        ? [section("Events", columns(events.map(({ at, kind, text }) => [timeText(at), kind, plain(text)])))]
        : []),
    ];
    process.stdout.write(`${sections.join("\n\n")}\n`);
  } catch (error) {
    throw clientError(error, url);
  }
}
