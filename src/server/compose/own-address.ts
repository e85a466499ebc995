import { hostname } from "node:os";
import type { Config } from "../config/schema";
import { isLoopbackHost } from "../notifiers/guard";

/** Where this machine's pages are, for links in messages and on pages of other machines; empty when only this machine reaches them. */
export function ownAddress(config: Config, url: string): string {
  const { public_url, host } = config.server;
  if (public_url !== undefined) return public_url;
  if (host === undefined || isLoopbackHost(host)) return "";
  const { port } = new URL(url);
  return `http://${hostname()}:${port}`;
}
