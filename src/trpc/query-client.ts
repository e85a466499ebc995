import { QueryClient } from "@tanstack/react-query";

/** Live data comes over the stream, so nothing here is fetched again by itself. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY, refetchOnWindowFocus: false, retry: 2 } },
  });
}
