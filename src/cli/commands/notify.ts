import { type ClientInput, connect } from "../connect";
import { CliError, clientError, formatOf, type OutputFormat, paint, plain, printJson, printList, table } from "../output";
import { timeText } from "../time";

interface NotifyInput extends ClientInput {
  flags: ClientInput["flags"] & { output?: OutputFormat };
}

/** Lists the channels and the newest notifications. */
export async function notifications(input: NotifyInput): Promise<void> {
  const { url, client } = connect(input);
  try {
    const answer = await client.alerts.notifications.query({});
    const list = () => {
      const shown = answer.states.map(({ channel, state }) => {
        if (state === "working") return channel;
        return `${channel} (${state === "failing" ? paint("critical", "failing") : "not used yet"})`;
      });
      const channels = `Channels: ${shown.join(", ") || "none"}`;
      const rows = answer.notifications.map(({ createdAt, channel, state, attempts, answer: said }) => [
        timeText(createdAt),
        channel,
        state === "failed" ? paint("critical", state) : state,
        String(attempts),
        plain(said ?? ""),
      ]);
      const head = ["TIME", "CHANNEL", "STATE", "ATTEMPTS", "RESPONSE"];
      return rows.length === 0 ? `${channels}\nNo notifications yet.` : `${channels}\n\n${table(head, rows, { right: [3] })}`;
    };
    await printList({ format: formatOf(input.flags), rows: answer.notifications, whole: answer, table: list });
  } catch (error) {
    throw clientError(error, url);
  }
}

export async function sendTest(channel: string, input: NotifyInput): Promise<void> {
  const { url, client } = connect(input);
  try {
    const delivery = await client.alerts.test.mutate({ channel });
    if (input.flags.json) printJson(delivery);
    else if (delivery.ok) process.stdout.write(`Sent a test to ${plain(channel)}: ${plain(delivery.answer)}\n`);
    if (!delivery.ok)
      throw new CliError(
        1,
        `Sending to ${plain(channel)} failed: ${plain(delivery.answer)}${delivery.hint ? `: ${plain(delivery.hint)}` : ""}`,
      );
  } catch (error) {
    throw clientError(error, url);
  }
}
