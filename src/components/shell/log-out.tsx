"use client";

import { LogOut as Icon } from "lucide-react";
import { usePageFacts } from "~/components/view/page-facts";
import { useWords } from "~/components/words/words-provider";
import { logOut } from "~/trpc/browser";

/** The user's name, and the way out. Renders nothing for this machine, which needs no login. */
export function LogOut() {
  const { account } = usePageFacts();
  const words = useWords().shell.account;
  if (account === null) return null;
  const label = words.logOut(account.name, words.roles[account.role]);
  return (
    <button
      type="button"
      onClick={() => void logOut()}
      aria-label={label}
      title={label}
      className="flex h-11 min-w-0 items-center gap-1.5 rounded-[10px] border border-line px-2.5 text-[13px] hover:bg-hover min-[800px]:h-9"
    >
      <span className="max-w-[9em] truncate">{account.name}</span>
      <Icon size={16} aria-hidden="true" className="shrink-0" />
    </button>
  );
}
