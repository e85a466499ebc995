"use client";

import type { Caller } from "~/domain/access";
import { usePageFacts } from "./page-facts";

/** What the user of the page may do. On the machine itself, where no login is needed, everybody is an administrator. */
export function useRole(): Caller["role"] {
  return usePageFacts().account?.role ?? "admin";
}

/** False for a viewer, and on an incident file, which nobody changes: controls that would be refused are not shown. */
export function useMayChange(): boolean {
  const { incident } = usePageFacts();
  return useRole() === "admin" && incident === null;
}
