"use client";

import type { Caller } from "~/domain/access";
import { usePageFacts } from "./page-facts";

/** What the user of the page may do. On the machine itself, where no login is needed, everybody is an administrator. */
export function useRole(): Caller["role"] {
  return usePageFacts().account?.role ?? "admin";
}

/** False for a viewer, on an incident file, and for another machine, which nobody changes here: no control that would be refused is shown. */
export function useMayChange(): boolean {
  const { incident, machine } = usePageFacts();
  return useRole() === "admin" && incident === null && machine === null;
}
