import type { Environment } from "~/server/env";
import type { ProgramOptions } from "./program-options";

/** What every command gets. */
export interface CommandContext {
  environment: Environment;
  programDir: string;
}

/** What the commands that start or examine a server get as well. */
export interface ProgramContext extends CommandContext, Pick<ProgramOptions, "prepareBuild"> {
  version: string;
}
