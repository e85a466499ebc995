import type { Environment } from "~/server/env";
import type { ProgramOptions } from "./program-options";

/** Context of every command. */
export interface CommandContext {
  environment: Environment;
  programDir: string;
}

/** Additional context of commands that start or examine a server. */
export interface ProgramContext extends CommandContext, Pick<ProgramOptions, "prepareBuild"> {
  version: string;
}
