"use client";

import { type QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createTRPCClient, httpBatchLink, httpLink, splitLink } from "@trpc/client";
import type { inferRouterOutputs } from "@trpc/server";
import { createTRPCContext } from "@trpc/tanstack-react-query";
import { type ReactNode, useState } from "react";
import { LOCATION_HEADER, MOST_CALLS } from "~/domain/access";
import type { AppRouter } from "~/server/api/root";
import { atBase, belowBase } from "./base-path";
import { createQueryClient } from "./query-client";

const { TRPCProvider, useTRPC, useTRPCClient } = createTRPCContext<AppRouter>();

export { useTRPC, useTRPCClient };

/** What each procedure answers. */
export type Answers = inferRouterOutputs<AppRouter>;

let browserQueryClient: QueryClient | undefined;

/** One per page in the browser, one per request on the server. */
function queryClient(): QueryClient {
  if (typeof window === "undefined") return createQueryClient();
  browserQueryClient ??= createQueryClient();
  return browserQueryClient;
}

let isLeaving = false;

/** Logs out. Requests that the page still sends get a 401, which must not redirect the login back to this page. */
export async function logOut(): Promise<void> {
  isLeaving = true;
  try {
    await fetch(atBase("/api/auth/sign-out"), { method: "POST" });
    window.location.assign(atBase("/login"));
  } catch (error) {
    isLeaving = false;
    throw error;
  }
}

/** Sends the user to the login page and then back to this page. */
export function logInAgain(): void {
  if (isLeaving) return;
  const { pathname, search } = window.location;
  window.location.assign(atBase(`/login?next=${encodeURIComponent(belowBase(pathname) + search)}`));
}

/** The same address about the machine that the page shows. */
export function aboutMachine(address: string): string {
  const machine = typeof window === "undefined" ? null : new URLSearchParams(window.location.search).get("machine");
  if (!machine) return address;
  return `${address}${address.includes("?") ? "&" : "?"}machine=${encodeURIComponent(machine)}`;
}

/** More than that, browsers do not send for a page that is left. */
const MOST_KEPT_ALIVE = 60_000;

/** A change that is sent while the page is left arrives nevertheless. */
function isKeptAlive({ method, body }: RequestInit): boolean {
  return method === "POST" && typeof body === "string" && body.length < MOST_KEPT_ALIVE;
}

async function fetchAsUser(url: URL | RequestInfo, options: RequestInit = {}): Promise<Response> {
  const response = await fetch(aboutMachine(String(url)), { ...options, keepalive: isKeptAlive(options) });
  if (response.status === 401 && typeof window !== "undefined") logInAgain();
  return response;
}

/** Tells the server where this page was opened: it compares that with Host, to notice a proxy that hides its clients. */
function locationHeader(): Record<string, string> {
  return typeof window === "undefined" ? {} : { [LOCATION_HEADER]: window.location.host };
}

export function ApiProvider({ children }: { children: ReactNode }) {
  const client = queryClient();
  const [trpc] = useState(() => {
    const server = { url: atBase("/api/trpc"), fetch: fetchAsUser, headers: locationHeader };
    return createTRPCClient<AppRouter>({
      links: [
        splitLink({
          condition: ({ type }) => type === "mutation",
          // A batch waits for the next turn, which a page that is left does not have.
          true: httpLink(server),
          false: httpBatchLink({ ...server, maxItems: MOST_CALLS }),
        }),
      ],
    });
  });
  return (
    <QueryClientProvider client={client}>
      <TRPCProvider trpcClient={trpc} queryClient={client}>
        {children}
      </TRPCProvider>
    </QueryClientProvider>
  );
}
