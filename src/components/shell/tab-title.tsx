"use client";

import { usePathname } from "next/navigation";
import { useEffect } from "react";
import { useJudgement } from "~/components/live/judgement-provider";
import { isStale, useFreshness } from "~/components/live/live-provider";
import { worstOf } from "~/domain/judgement";

const ICON_COLORS = { fine: "#1c8448", info: "#1c6fb8", warning: "#b07500", critical: "#c62828", old: "#71717a" } as const;

/** The tab icon's shape: a pulse line for fine, an exclamation mark for alerts, two bars for old or paused data. */
function iconOf(state: keyof typeof ICON_COLORS): string {
  const shape = state === "fine" ? "M5 19h5l3-9 5 13 3-8h6" : state === "old" ? "M12 9v14M20 9v14" : "M16 7v11M16 23v1.5";
  return `data:image/svg+xml,${encodeURIComponent(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="${ICON_COLORS[state]}"/><path d="${shape}" fill="none" stroke="#fff" stroke-width="3" stroke-linecap="round" stroke-linejoin="round"/></svg>`,
  )}`;
}

const MARK = /^(\(\d+\) ⚠ |⏸ |⏳ )/;

/** Shows alerts and old or paused data in the tab's title and icon. */
export function TabTitle() {
  const path = usePathname();
  const { waiting, trouble } = useJudgement();
  const freshness = useFreshness();
  const old = isStale(freshness) || freshness.kind === "paused";
  const count = waiting.length;
  const worst = worstOf(waiting.map(({ severity }) => severity)) ?? (trouble.length > 0 ? "warning" : null);
  const state = worst ?? (old ? "old" : "fine");
  const mark = count > 0 ? `(${count}) ⚠ ` : freshness.kind === "paused" ? "⏸ " : old ? "⏳ " : "";

  // biome-ignore lint/correctness/useExhaustiveDependencies: another page has another title.
  useEffect(() => {
    const write = () => {
      const wanted = `${mark}${document.title.replace(MARK, "")}`;
      if (document.title !== wanted) document.title = wanted;
    };
    write();
    // The page may set its title after this effect ran.
    const observer = new MutationObserver(write);
    observer.observe(document.head, { childList: true, subtree: true, characterData: true });
    return () => observer.disconnect();
  }, [mark, path]);

  useEffect(() => {
    const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
    if (link) link.href = iconOf(state);
  }, [state]);
  return null;
}
