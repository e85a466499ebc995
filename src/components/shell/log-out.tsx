"use client";

import { LogOut as Icon } from "lucide-react";
import { usePageFacts } from "~/components/view/page-facts";
import { logOut } from "~/trpc/browser";

/** Logs the user out. Renders nothing for this machine, which needs no login. */
export function LogOut() {
  const { account } = usePageFacts();
  if (account === null) return null;
  const name = `Log out ${account.name} (${account.role})`;
  return (
    <button
      type="button"
      onClick={() => void logOut()}
      aria-label={name}
      title={name}
      className="flex size-9 items-center justify-center rounded-[10px] border border-line hover:bg-hover"
    >
      <Icon size={16} aria-hidden="true" />
    </button>
  );
}
