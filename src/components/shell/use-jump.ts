"use client";

import { usePathname, useRouter } from "next/navigation";
import { useLiveStore } from "~/components/live/live-provider";
import { usePageLink, useRange, withParameters, writeAddress } from "~/components/view/use-view";
import { parametersAt } from "./jump";

/** Shows a moment with its processes: on Performance beside its charts, else as the process table. */
export function useJump(): (at: number) => void {
  const path = usePathname();
  const router = useRouter();
  const link = usePageLink();
  const { span } = useRange();
  const store = useLiveStore();
  return (at) => {
    const parameters = parametersAt(at, span, store.getState().at ?? store.serverNow());
    if (path === "/performance" || path === "/processes") writeAddress(parameters, { push: true });
    else router.push(withParameters(link("/processes"), parameters));
  };
}
