/** Asks questions on a terminal. Writes to stderr, because stdout is for data. */
import { createInterface } from "node:readline/promises";
import { CliError } from "./output";

export function canAsk(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}

export async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  lines.on("SIGINT", () => process.exit(130));
  try {
    return (await lines.question(question)).trim();
  } finally {
    lines.close();
  }
}

const ENTER = ["\r", "\n"];
const ERASE = ["\u007f", "\b"];
const INTERRUPT = ["\u0003", "\u0004"];

/** Reads a line without echo. */
function askSecret(question: string): Promise<string> {
  const { stdin, stderr } = process;
  // Turn off echo before asking, or a fast answer would be shown.
  stdin.setRawMode(true);
  stdin.setEncoding("utf8");
  stdin.resume();
  stderr.write(question);
  return new Promise((resolve) => {
    let typed = "";
    const done = () => {
      stdin.off("data", onData);
      stdin.setRawMode(false);
      stdin.pause();
      stderr.write("\n");
    };
    const onData = (text: string) => {
      for (const character of text) {
        if (INTERRUPT.includes(character)) {
          done();
          process.exit(130);
        }
        if (ENTER.includes(character)) {
          done();
          resolve(typed);
          return;
        }
        typed = ERASE.includes(character) ? [...typed].slice(0, -1).join("") : typed + character;
      }
    };
    stdin.on("data", onData);
  });
}

/** Asks twice, since the input is not shown. */
export async function askNewPassword(name: string): Promise<string> {
  const first = await askSecret(`Password for ${name}: `);
  if ((await askSecret("Repeat the password: ")) !== first) throw new CliError(2, "The passwords do not match.");
  return first;
}
