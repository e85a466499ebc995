/** A server, with its usual limits, whose event loop is measured from within. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { FLAGS } from "../../bin/node.mjs";
import type { ServerOptions } from "./server";

export interface MeasuredLoop {
  /** For `startServer`. */
  options: Pick<ServerOptions, "folder" | "env" | "nodeFlags">;
  /** Milliseconds. */
  delay: () => { p99: number; max: number };
}

export function measuredLoop(folder: string): MeasuredLoop {
  const file = join(folder, "loop.json");
  return {
    options: {
      folder,
      env: { LOOP_DELAY_FILE: file },
      nodeFlags: [...FLAGS, "--import", join(process.cwd(), "tests/helpers/loop-delay.mjs")],
    },
    delay: () => JSON.parse(readFileSync(file, "utf8")) as { p99: number; max: number },
  };
}
