"use client";

import { useQuery } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext } from "react";
import { useAlerts } from "~/components/alerts/use-alerts";
import { usePageFacts } from "~/components/view/page-facts";
import type { AlertAnswer } from "~/domain/alert";
import type { Health } from "~/domain/health";
import { type Judgement, judge } from "~/domain/judgement";
import { useTRPC } from "~/trpc/browser";
import { useLiveStore, useLiveValue } from "./live-provider";

const HOURS = 24;
const HEALTH_EVERY_MS = 10_000;

type FiringAlert = AlertAnswer & { mutedBy: string | null };

/** What was found when the page was made. */
export interface Found {
  firing: readonly FiringAlert[];
  health: Pick<Health, "checks">;
}

type PageJudgement = Judgement<FiringAlert>;

const JudgementContext = createContext<PageJudgement | null>(null);

/** How the machine is now: Overview, the bell, the menu and the tab say the same. */
export function JudgementProvider({ found, children }: { found: Found; children: ReactNode }) {
  const trpc = useTRPC();
  const { incident } = usePageFacts();
  const store = useLiveStore();
  const { data: alerts } = useAlerts(HOURS);
  const { data: health = found.health } = useQuery({ ...trpc.health.get.queryOptions(), refetchInterval: HEALTH_EVERY_MS });
  const current = useLiveValue((state) => state.monitoring);
  // An incident file is told as its machine was at its end.
  const [now, monitoring] = incident ? [Date.parse(incident.to), "running" as const] : [store.serverNow(), current];
  // Until they are read again, what the page came with: nothing moves when they arrive.
  const judgement = judge({ alerts: alerts?.alerts ?? found.firing, health, monitoring, now });
  return <JudgementContext value={judgement}>{children}</JudgementContext>;
}

export function useJudgement(): PageJudgement {
  const judgement = useContext(JudgementContext);
  if (!judgement) throw new Error("the judgement is used outside of the frame");
  return judgement;
}
