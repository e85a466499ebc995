"use client";

import { Ellipsis, Search } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useState } from "react";
import { usePageLink } from "~/components/view/use-view";
import { useUnacknowledgedAlerts } from "./alert-bell";
import { openPalette } from "./keyboard";
import type { Page } from "./pages";
import { ThemeSwitch } from "./theme-switch";
import { usePages } from "./use-pages";

const ITEM =
  "relative flex min-h-[52px] w-full flex-col items-center justify-center gap-1 rounded-[10px] px-1 py-1.5 text-[11px] hover:bg-hover min-[800px]:min-h-0 min-[800px]:flex-row min-[800px]:justify-start min-[800px]:gap-2.5 min-[800px]:px-2.5 min-[800px]:py-2 min-[800px]:text-[14px]";

/** On the left of a wide screen, at the bottom on a phone. */
export function Navigation() {
  const [more, setMore] = useState(false);
  const pages = usePages();
  return (
    <nav
      aria-label="Pages"
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
          <button type="button" aria-expanded={more} className={`${ITEM} text-muted`} onClick={() => setMore(!more)}>
            <Ellipsis size={17} aria-hidden="true" />
            More
          </button>
        </li>
      </ul>
      {more && <MorePanel onClose={() => setMore(false)} />}
    </nav>
  );
}

function PageLink({ page: { href, name, icon: Icon, more } }: { page: Page }) {
  const path = usePathname();
  const link = usePageLink();
  const waiting = useUnacknowledgedAlerts();
  const here = path === href;
  return (
    <li className={more ? "hidden min-[800px]:block" : ""}>
      <Link
        href={link(href)}
        prefetch={false}
        aria-current={here ? "page" : undefined}
        className={`${ITEM} ${here ? "text-text min-[800px]:bg-hover" : "text-muted"}`}
      >
        <Icon size={17} aria-hidden="true" />
        <span>{name}</span>
        {href === "/alerts" && waiting.length > 0 && (
          <span className="numbers absolute top-1 right-3 rounded-full border border-warning bg-card px-1.5 text-[11px] leading-[16px] text-warning min-[800px]:static min-[800px]:ml-auto">
            {waiting.length}
            <span className="sr-only"> want attention</span>
          </span>
        )}
      </Link>
    </li>
  );
}

function MorePanel({ onClose }: { onClose: () => void }) {
  const link = usePageLink();
  const pages = usePages();
  return (
    <div className="absolute right-2 bottom-[60px] flex w-[220px] flex-col gap-1 rounded-[10px] border border-line bg-card p-2 min-[800px]:hidden">
      {pages
        .filter(({ more }) => more)
        .map(({ href, name, icon: Icon }) => (
          <Link
            key={href}
            href={link(href)}
            prefetch={false}
            onClick={onClose}
            className="flex min-h-[44px] items-center gap-2.5 rounded-[8px] px-2.5 hover:bg-hover"
          >
            <Icon size={17} aria-hidden="true" />
            {name}
          </Link>
        ))}
      <div className="flex items-center gap-2 border-t border-line pt-2">
        <ThemeSwitch />
        <button
          type="button"
          aria-label="Search"
          onClick={() => {
            onClose();
            openPalette();
          }}
          className="flex size-11 items-center justify-center rounded-[10px] border border-line"
        >
          <Search size={16} aria-hidden="true" />
        </button>
      </div>
    </div>
  );
}
