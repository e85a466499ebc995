/** Typed API client for programs outside the browser. */
import { createTRPCClient, httpLink } from "@trpc/client";
import type { AppRouter } from "~/server/api/root";

export type HostscopeClient = ReturnType<typeof createNodeClient>;

export function createNodeClient({ url, token }: { url: string; token?: string | undefined }) {
  return createTRPCClient<AppRouter>({
    links: [httpLink({ url: `${url}/api/trpc`, headers: token ? { authorization: `Bearer ${token}` } : {} })],
  });
}
