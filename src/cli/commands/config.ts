import { readFileSync } from "node:fs";
import { z } from "zod";
import { ConfigError, parseConfig } from "~/server/config/load";
import { configSchema } from "~/server/config/schema";
import { environmentVariable } from "~/server/env";
import { type ClientInput, connect } from "../connect";
import { CliError, clientError, plain, printJson, table } from "../output";
import { placesOf } from "../places";
import { settingRows } from "../setting-words";

/** Where there is no terminal. */
const WIDTH = 100;

function configPath({ environment, programDir }: ClientInput, named: string | undefined): string {
  return placesOf({ flags: named === undefined ? {} : { config: named }, environment, programDir }).configPath;
}

/** Checks a configuration file as `start` would, without a server. Prints one line per mistake: `file:line:col what`. */
export function checkConfig(named: string | undefined, input: ClientInput): void {
  const path = configPath(input, named);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new CliError(
      5,
      `Cannot read ${path} (${(error as NodeJS.ErrnoException).code}). Specify another file, or run \`hostscope start\` once to create it.`,
    );
  }
  try {
    parseConfig(path, text, environmentVariable);
  } catch (error) {
    if (error instanceof ConfigError) throw new CliError(1, error.message);
    throw error;
  }
  process.stdout.write(`${path} is valid.\n`);
}

export function printConfigPath(input: ClientInput): void {
  process.stdout.write(`${configPath(input, undefined)}\n`);
}

/** JSON Schema of the configuration file, for editors. */
export function printConfigSchema(): void {
  printJson(z.toJSONSchema(configSchema, { io: "input", unrepresentable: "any" }));
}

export async function showConfig(input: ClientInput): Promise<void> {
  const { url, client } = connect(input);
  try {
    const answer = await client.config.get.query();
    if (input.flags.json) {
      printJson(answer);
      return;
    }
    for (const mistake of answer.mistakes) process.stderr.write(`Not in effect: ${mistake}\n`);
    const rows = settingRows(answer.settings, process.stdout.columns ?? WIDTH).map((row) => row.map(plain));
    process.stdout.write(`${table(["SETTING", "VALUE", "SOURCE"], rows)}\n`);
  } catch (error) {
    throw clientError(error, url);
  }
}

/** Parses a value as YAML would: numbers, true, JSON lists; anything else is a string. */
function parsed(text: string): z.core.util.JSONType {
  try {
    return JSON.parse(text) as z.core.util.JSONType;
  } catch {
    return text;
  }
}

export async function setConfig(path: string, value: string | null, input: ClientInput): Promise<void> {
  const { url, client } = connect(input);
  try {
    const answer = await client.config.set.mutate({ changes: [{ path, value: value === null ? null : parsed(value) }] });
    if (input.flags.json) printJson(answer);
    else {
      const when = answer.restartNeeded.length > 0 ? "applies after a restart" : "in effect now";
      process.stdout.write(`${value === null ? "Removed" : "Set"} ${path} (${when})\n`);
    }
  } catch (error) {
    throw clientError(error, url);
  }
}
