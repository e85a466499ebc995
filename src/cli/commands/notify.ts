import { type ClientInput, connect } from "../connect";
import { CliError, clientError, columns, formatOf, type OutputFormat, paint, plain, printJson, printList } from "../output";

interface NotifyInput extends ClientInput {
  flags: ClientInput["flags"] & { output?: OutputFormat };
}

/** Lists the channels and the newest notifications. */
export async function notifications(input: NotifyInput): Promise<void> {
  const { url, client } = connect(input);
  try {
    const answer = await client.alerts.notifications.query({});
    const table = () => {
      const told = answer.states.map(({ channel, state }) => {
        if (state === "working") return channel;
        return `${channel} (${state === "failing" ? paint("critical", "failing") : "nothing sent yet"})`;
      });
      const channels = `channels: ${told.join(", ") || "none"}`;
      const rows = answer.notifications.map(({ createdAt, channel, state, attempts, answer: said }) => [
        createdAt.replace("T", " ").slice(0, 19),
        channel,
        state === "failed" ? paint("critical", state) : state,
        String(attempts),
        plain(said ?? ""),
      ]);
      const head = ["when (UTC)", "channel", "state", "tries", "answer"].map((name) => paint("head", name));
      return rows.length === 0 ? `${channels}\nno messages yet` : `${channels}\n\n${columns([head, ...rows], { right: [3] })}`;
    };
    await printList({ format: formatOf(input.flags), rows: answer.notifications, whole: answer, table });
  } catch (error) {
    throw clientError(error, url);
  }
}

export async function sendTest(channel: string, input: NotifyInput): Promise<void> {
  const { url, client } = connect(input);
  try {
    const delivery = await client.alerts.test.mutate({ channel });
    if (input.flags.json) printJson(delivery);
    else if (delivery.ok) process.stdout.write(`sent through ${plain(channel)}: ${plain(delivery.answer)}\n`);
    if (!delivery.ok)
      throw new CliError(
        1,
        `${plain(channel)} did not take the message: ${plain(delivery.answer)}${delivery.hint ? `: ${plain(delivery.hint)}` : ""}`,
      );
  } catch (error) {
    throw clientError(error, url);
  }
}
