"use client";

import { useCallback } from "react";
import { usePageFacts } from "./page-facts";
import { usePageLink, withParameters } from "./use-view";

/** What the pages know of their machine comes with the document: links from one machine to another are no links of the router. */
export function useMachineLink(): (name: string) => string {
  const { basePath } = usePageFacts();
  const link = usePageLink();
  return useCallback(
    (name: string) => {
      const [, kept] = withParameters(link("/"), { machine: null }).split("?");
      return `${basePath}/?machine=${encodeURIComponent(name)}${kept === undefined ? "" : `&${kept}`}`;
    },
    [basePath, link],
  );
}

/** To the page of all machines, which is about none of them. */
export function useFleetLink(): string {
  const { basePath } = usePageFacts();
  return basePath + withParameters(usePageLink()("/machines"), { machine: null });
}
