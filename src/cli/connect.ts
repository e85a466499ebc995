import type { Environment } from "~/server/env";
import { runningServer } from "~/server/server-file";
import { createNodeClient, type HostscopeClient } from "~/trpc/node";
import { placesOf } from "./places";

const DEFAULT_URL = "http://127.0.0.1:5000";

/** Input of every client command. */
export interface ClientInput {
  flags: { url?: string; dataDir?: string; json?: boolean };
  environment: Environment;
  programDir: string;
}

export interface ServerAddress {
  url: string;
  /** Undefined where it is only a guess who listens there: a token goes to nobody else. */
  token: string | undefined;
}

/** The server: from flag or environment, else the one that runs on the data folder, else whoever has the default port. */
export function serverAddress({ flags, environment, programDir }: ClientInput): ServerAddress {
  const named = flags.url ?? environment.url;
  const { dataDir } = placesOf({ flags, environment, programDir });
  const running = named === undefined ? (runningServer(dataDir)?.url ?? null) : null;
  const url = (named ?? running ?? DEFAULT_URL).replace(/\/+$/, "");
  return { url, token: named === undefined && running === null ? undefined : environment.token };
}

export function connect(input: ClientInput): ServerAddress & { client: HostscopeClient } {
  const address = serverAddress(input);
  return { ...address, client: createNodeClient(address) };
}
