import { QueryClient } from "@tanstack/react-query";

const TRIES = 2;

/** What the server refuses it will refuse again; what it could not do just now it may do in a moment. */
function again(failures: number, error: unknown): boolean {
  const status = (error as { data?: { httpStatus?: number } | null }).data?.httpStatus ?? 503;
  return status >= 500 && failures < TRIES;
}

/** Live data comes over the stream, so nothing here is fetched again by itself. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY, refetchOnWindowFocus: false, retry: again } },
  });
}
