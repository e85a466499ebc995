"use client";

import { useQuery } from "@tanstack/react-query";
import { useWords } from "~/components/words/words-provider";
import { useTRPC } from "~/trpc/browser";
import { isPrivateHost, refusalOf } from "./private-target";

/** Keys of a receiver that say where it is. */
const ADDRESSES = ["url", "api_url", "webhook_url", "homeserver"];

/** True until it is known to be otherwise: on the machine itself, every address may be set. */
function useMayReachPrivate(): boolean {
  const trpc = useTRPC();
  const { data: me } = useQuery(trpc.access.me.queryOptions());
  return me?.privateTargets ?? true;
}

/** Says before saving that from another machine receivers on private networks cannot be set, and what to do instead. */
export function TargetNote() {
  const { targets: words } = useWords().settings;
  return useMayReachPrivate() ? null : <p className="mt-1 text-[12.5px] text-muted">{words.note}</p>;
}

/** What the server would refuse of the addresses in a form, by key. */
export function useRefusedTargets(draft: Readonly<Record<string, string>>): Record<string, string> {
  const { targets: words } = useWords().settings;
  if (useMayReachPrivate()) return {};
  const addresses = ADDRESSES.flatMap((key): [string, string][] => {
    const refusal = refusalOf(draft[key] ?? "");
    return refusal === null ? [] : [[key, words[refusal]]];
  });
  const isPrivateServer = isPrivateHost(draft.smtp_server ?? "");
  return Object.fromEntries(isPrivateServer ? [...addresses, ["smtp_server", words.private]] : addresses);
}
