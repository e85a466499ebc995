import { type ClientInput, connect } from "../connect";
import { clientError, printJson } from "../output";
import { timeText } from "../time";

export async function setMonitoring(action: "start" | "stop", input: ClientInput): Promise<void> {
  const { url, client } = connect(input);
  try {
    const state = await client.monitoring[action].mutate();
    if (input.flags.json) printJson(state);
    else {
      const [done, advice] =
        state.monitoring === "stopped" ? ["stopped", "; run `hostscope monitoring start` to resume"] : ["running", ""];
      process.stdout.write(`Monitoring ${done} since ${timeText(state.since)}${advice}\n`);
    }
  } catch (error) {
    throw clientError(error, url);
  }
}
