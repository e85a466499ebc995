"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { use } from "react";
import { showToast } from "~/components/ui/toasts";
import { useRole } from "~/components/view/role";
import { loadSettingHelp } from "~/components/words/load-setting-help";
import type { SettingHelp } from "~/components/words/setting-help";
import { useLanguage, useWords } from "~/components/words/words-provider";
import { type Answers, useTRPC } from "~/trpc/browser";
import { readAgain } from "~/trpc/query-client";
import type { SettingPath } from "./sections";

export type ShownSetting = Answers["config"]["get"]["settings"][number];

/** Every setting with its source; for administrators. */
export function useConfiguration() {
  const trpc = useTRPC();
  return useQuery({ ...trpc.config.get.queryOptions(), staleTime: 0, enabled: useRole() === "admin" });
}

export function useSettingHelp(): SettingHelp {
  return use(loadSettingHelp(useLanguage()));
}

/** Settings that the frame around the pages shows. */
const OF_FRAME: ReadonlySet<SettingPath> = new Set<SettingPath>(["ui.language", "server.links"]);

/** Writes one setting; null takes it out of the file. */
export function useSettingChange(path: SettingPath, etag: string) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const router = useRouter();
  const { field } = useWords().settings;
  const { title } = useSettingHelp()[path];
  const change = useMutation(
    trpc.config.set.mutationOptions({
      onSuccess: async ({ restartNeeded }) => {
        await readAgain(queries);
        showToast(restartNeeded.length > 0 ? field.savedForRestart(title) : field.saved(title));
        if (OF_FRAME.has(path)) router.refresh();
      },
    }),
  );
  const save = (value: unknown, onSaved?: () => void) =>
    change.mutate({ changes: [{ path, value: value as string }], ifMatch: etag }, onSaved && { onSuccess: onSaved });
  return { save, isPending: change.isPending, error: change.error };
}
