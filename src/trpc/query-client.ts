import { type InvalidateQueryFilters, QueryClient } from "@tanstack/react-query";

const TRIES = 2;

/** Retry server errors and failed connections. A 4xx would fail again. */
function again(failures: number, error: unknown): boolean {
  const status = (error as { data?: { httpStatus?: number } | null }).data?.httpStatus ?? 503;
  return status >= 500 && failures < TRIES;
}

/** Live data comes over the stream, so queries are never refetched automatically. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY, refetchOnWindowFocus: false, retry: again } },
  });
}

/**
 * Reads queries again after something has changed. First waits for those that load for the first time: the server may have answered
 * before the change, and an invalidation alone takes that answer for the new one.
 */
export async function readAgain(client: QueryClient, filters: InvalidateQueryFilters = {}): Promise<void> {
  const loading = client.getQueryCache().findAll({ ...filters, fetchStatus: "fetching" });
  await Promise.allSettled(loading.filter(({ state }) => state.data === undefined).map((query) => query.promise));
  await client.invalidateQueries(filters);
}
