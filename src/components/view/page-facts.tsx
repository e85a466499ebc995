"use client";

import { createContext, type ReactNode, useContext } from "react";
import type { Caller } from "~/domain/access";

/** Facts about the machine that every page has without a request. */
export interface PageFacts {
  hostName: string;
  os: string;
  kernel: string;
  /** Epoch milliseconds. */
  bootTime: number;
  /** IANA name of the machine's time zone. */
  timeZone: string;
  logicalCpus: number;
  memoryBytes: number;
  /** The path below which the pages are, such as `/monitor`; empty at the root. */
  basePath: string;
  links: readonly { name: string; url: string }[];
  /** An engine that all machines write to is configured. */
  fleet: boolean;
  /** Whose values the page shows, read from the engine, and where its own pages are; null for this machine. */
  machine: { name: string; url: string | null } | null;
  /** The history in the database is a recording. */
  demo: boolean;
  /** The stretch of the incident file that is shown; null on a machine that is watched. ISO 8601. */
  incident: { from: string; to: string; redacted: boolean } | null;
  /** The logged-in user; null for requests from this machine, which need no login. */
  account: { name: string; role: Caller["role"] } | null;
}

const FactsContext = createContext<PageFacts | null>(null);

export function PageFactsProvider({ facts, children }: { facts: PageFacts; children: ReactNode }) {
  return <FactsContext value={facts}>{children}</FactsContext>;
}

export function usePageFacts(): PageFacts {
  const facts = useContext(FactsContext);
  if (!facts) throw new Error("the machine's facts are used outside of the frame");
  return facts;
}
