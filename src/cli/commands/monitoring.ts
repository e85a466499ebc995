import { type ClientInput, connect } from "../connect";
import { clientError, printJson } from "../output";

export async function setMonitoring(action: "start" | "stop", input: ClientInput): Promise<void> {
  const { url, client } = connect(input);
  try {
    const state = await client.monitoring[action].mutate();
    if (input.flags.json) printJson(state);
    else process.stdout.write(`monitoring is ${state.monitoring} since ${state.since}\n`);
  } catch (error) {
    throw clientError(error, url);
  }
}
