import type { Severity } from "~/domain/alert";
import { type DeliveryResult, deliveryFailure } from "~/domain/notification";
import { runProgram } from "../run-program";
import { subjectLine } from "./message";
import type { Notifier } from "./notifier";
import { messageJson } from "./webhook";

const TIMEOUT_MS = 10_000;
const MAX_OUTPUT = 4096;
const SHOWN_OUTPUT = 200;

export interface CommandNotifierOptions {
  argv: readonly [string, ...string[]];
  severities: readonly Severity[];
}

/**
 * Runs a program with the message as JSON on its standard input. Puts nothing of the alert on the command line or into the
 * environment: process names are untrusted.
 */
export function commandNotifier({ argv, severities }: CommandNotifierOptions): Notifier {
  return {
    name: "command",
    severities,
    async send(message, key): Promise<DeliveryResult> {
      const input = `${JSON.stringify({ ...messageJson(message, key), subject: subjectLine(message) })}\n`;
      const result = await runProgram(argv, { signal: AbortSignal.timeout(TIMEOUT_MS), input, mostOutput: MAX_OUTPUT });
      const output = `${result.stdout} ${result.stderr}`.replace(/\s+/g, " ").trim().slice(0, SHOWN_OUTPUT);
      if (result.kind === "not started") {
        return deliveryFailure(result.error.code ?? result.error.message, { retryable: false });
      }
      if (result.kind !== "exit") return deliveryFailure(`timed out after ${TIMEOUT_MS / 1000} s`, { retryable: true });
      const outcome = result.exitSignal ?? `exit ${result.code}`;
      if (result.code === 0) return { ok: true, outcome, answer: output || outcome };
      return { ok: false, retryable: true, outcome, answer: `${outcome} ${output}`.trim() };
    },
  };
}
