import { join } from "node:path";
import type { Environment } from "~/server/env";
import { readServerFile } from "~/server/server-file";
import { createNodeClient, type HostscopeClient } from "~/trpc/node";

/** What every client command gets from `main`. */
export interface ClientInput {
  flags: { url?: string; json?: boolean };
  environment: Environment;
  programDir: string;
}

/** The server meant: named by flag or environment, else the one that runs on the data folder, else the default port. */
export function connect({ flags, environment, programDir }: ClientInput): { url: string; client: HostscopeClient } {
  const running = readServerFile(environment.dataDir ?? join(programDir, "data"));
  const url = (flags.url ?? environment.url ?? running?.url ?? "http://127.0.0.1:5000").replace(/\/+$/, "");
  return { url, client: createNodeClient({ url, token: environment.token }) };
}
