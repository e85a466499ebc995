"use client";

import { Ellipsis, Search } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useState } from "react";
import { useJudgement } from "~/components/live/judgement-provider";
import { useFleetLink } from "~/components/view/machine-link";
import { usePageFacts } from "~/components/view/page-facts";
import { usePageLink } from "~/components/view/use-view";
import { useWords } from "~/components/words/words-provider";
import { worstOf } from "~/domain/judgement";
import { openPalette } from "./keyboard";
import { LogOut } from "./log-out";
import { ThemeSwitch } from "./theme-switch";
import { type ListedPage, usePages } from "./use-pages";

const ITEM =
  "relative flex min-h-[52px] w-full flex-col items-center justify-center gap-1 rounded-[10px] px-1 py-1.5 text-[11px] hover:bg-hover min-[800px]:min-h-0 min-[800px]:flex-row min-[800px]:justify-start min-[800px]:gap-2.5 min-[800px]:px-2.5 min-[800px]:py-2 min-[800px]:text-[14px]";

/** On the left of a wide screen, at the bottom on a phone. */
export function Navigation() {
  const [more, setMore] = useState(false);
  const pages = usePages();
  const path = usePathname();
  const isUnderMore = pages.some(({ href, isMore }) => isMore && href === path);
  const words = useWords().shell.navigation;
  return (
    <nav
      aria-label={words.label}
      className="fixed inset-x-0 bottom-0 z-20 border-t border-line bg-card min-[800px]:sticky min-[800px]:top-0 min-[800px]:h-dvh min-[800px]:w-[200px] min-[800px]:shrink-0 min-[800px]:border-t-0 min-[800px]:border-r min-[800px]:bg-page min-[800px]:px-2.5 min-[800px]:py-4"
    >
      <p className="mb-4 hidden items-center gap-2.5 px-2.5 text-[15px] font-semibold min-[800px]:flex">
        <span className="size-[18px] rounded-[5px] bg-series-green" aria-hidden="true" />
        Hostscope
      </p>
      <ul className="grid grid-cols-5 min-[800px]:flex min-[800px]:flex-col min-[800px]:gap-1">
        {pages.map((page) => (
          <PageLink key={page.href} page={page} />
        ))}
        <li className="min-[800px]:hidden">
          <button
            type="button"
            aria-expanded={more}
            aria-current={isUnderMore ? "true" : undefined}
            className={`${ITEM} ${isUnderMore ? "text-text" : "text-muted"}`}
            onClick={() => setMore(!more)}
          >
            <Ellipsis size={17} aria-hidden="true" />
            <span className="max-w-full truncate">{words.more}</span>
          </button>
        </li>
      </ul>
      {more && <MorePanel onClose={() => setMore(false)} />}
    </nav>
  );
}

function PageLink({ page: { href, icon: Icon, isMore } }: { page: ListedPage }) {
  const path = usePathname();
  const link = usePageLink();
  const fleet = useFleetLink();
  const { machine, fleet: hasFleet } = usePageFacts();
  const { pages } = useWords().shell;
  const here = path === href;
  const look = `${ITEM} ${here ? "text-text min-[800px]:bg-hover" : "text-muted"}`;
  // Leads away from the machine that the pages show.
  if (href === "/machines" && machine)
    return (
      <li>
        <a href={fleet} className={look}>
          <Icon size={17} aria-hidden="true" />
          <span className="max-w-full truncate">{pages[href]}</span>
        </a>
      </li>
    );
  return (
    <li className={isMore ? "hidden min-[800px]:block" : ""}>
      <Link
        href={link(href === "/" && hasFleet && !machine ? "/?here=1" : href)}
        prefetch={false}
        aria-current={here ? "page" : undefined}
        className={look}
      >
        <Icon size={17} aria-hidden="true" />
        <span className="max-w-full truncate">{pages[href]}</span>
        {href === "/alerts" && <WaitingCount />}
      </Link>
    </li>
  );
}

function WaitingCount() {
  const { waiting } = useJudgement();
  const { bell } = useWords().shell;
  if (waiting.length === 0) return null;
  const color =
    worstOf(waiting.map(({ severity }) => severity)) === "critical"
      ? "border-critical text-critical"
      : "border-warning text-warning";
  return (
    <span
      className={`numbers absolute top-1 right-3 rounded-full border bg-card px-1.5 text-[11px] leading-[16px] min-[800px]:static min-[800px]:ml-auto ${color}`}
    >
      <span aria-hidden="true">{waiting.length}</span>
      <span className="sr-only">{bell.some(waiting.length)}</span>
    </span>
  );
}

function MorePanel({ onClose }: { onClose: () => void }) {
  const link = usePageLink();
  const shown = usePages();
  const path = usePathname();
  const { pages, search } = useWords().shell;
  return (
    <div className="absolute right-2 bottom-[60px] flex w-[220px] flex-col gap-1 rounded-[10px] border border-line bg-card p-2 min-[800px]:hidden">
      {shown
        .filter(({ isMore }) => isMore)
        .map(({ href, icon: Icon }) => (
          <Link
            key={href}
            href={link(href)}
            prefetch={false}
            onClick={onClose}
            aria-current={path === href ? "page" : undefined}
            className={`flex min-h-[44px] items-center gap-2.5 rounded-[8px] px-2.5 hover:bg-hover ${path === href ? "bg-hover" : ""}`}
          >
            <Icon size={17} aria-hidden="true" />
            {pages[href]}
          </Link>
        ))}
      <div className="flex items-center gap-2 border-t border-line pt-2">
        <ThemeSwitch />
        <button
          type="button"
          aria-label={search}
          onClick={() => {
            onClose();
            openPalette();
          }}
          className="flex size-11 items-center justify-center rounded-[10px] border border-line"
        >
          <Search size={16} aria-hidden="true" />
        </button>
        <LogOut />
      </div>
    </div>
  );
}
