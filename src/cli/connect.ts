import { join } from "node:path";
import type { Environment } from "~/server/env";
import { readServerFile } from "~/server/server-file";
import { createNodeClient, type HostscopeClient } from "~/trpc/node";

/** Input of every client command. */
export interface ClientInput {
  flags: { url?: string; json?: boolean };
  environment: Environment;
  programDir: string;
}

/** The server's URL: from flag or environment, else from the server running on the data folder, else the default port. */
export function serverUrl({ flags, environment, programDir }: ClientInput): string {
  const running = readServerFile(environment.dataDir ?? join(programDir, "data"));
  return (flags.url ?? environment.url ?? running?.url ?? "http://127.0.0.1:5000").replace(/\/+$/, "");
}

export function connect(input: ClientInput): { url: string; client: HostscopeClient } {
  const url = serverUrl(input);
  return { url, client: createNodeClient({ url, token: input.environment.token }) };
}
