/** An explanation for others: without command lines, and without the addresses that users logged in from. Pure. */
import type { Explanation } from "./explanation";
import { withoutCommandLines } from "./without-commands";

/** Ends the text of a login from another machine. */
const FROM_ADDRESS = / from \S+$/;

export function redactedExplanation(explanation: Explanation): Explanation {
  const told = withoutCommandLines(explanation);
  const logins = told.events.flatMap(({ kind, text }) => (kind === "login" && FROM_ADDRESS.test(text) ? [text] : []));
  // The summary repeats the text of an event.
  const shown = (text: string) =>
    logins.reduce((left, login) => left.replaceAll(login, login.replace(FROM_ADDRESS, " from an address")), text);
  return {
    ...told,
    summary: shown(told.summary),
    parts: told.parts.map((part) => ({ ...part, text: shown(part.text) })),
    events: told.events.map((event) => ({ ...event, text: shown(event.text) })),
  };
}
