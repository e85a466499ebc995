"use client";

import { Minimize2, Search } from "lucide-react";
import { usePathname, useSearchParams } from "next/navigation";
import { type ReactNode, useState } from "react";
import { type Found, JudgementProvider } from "~/components/live/judgement-provider";
import { useLiveStore } from "~/components/live/live-provider";
import { Toasts } from "~/components/ui/toasts";
import { type PageFacts, PageFactsProvider, usePageFacts } from "~/components/view/page-facts";
import { usePrinting } from "~/components/view/use-printing";
import { writeAddress } from "~/components/view/use-view";
import { useFormat, useWords } from "~/components/words/words-provider";
import { AlertBell } from "./alert-bell";
import { HostMenu } from "./host-menu";
import { IncidentNote } from "./incident-note";
import { Keyboard, openPalette } from "./keyboard";
import { LogOut } from "./log-out";
import { MachineNote } from "./machine-note";
import { Misread } from "./misread";
import { Navigation } from "./navigation";
import { NoSamples } from "./no-samples";
import { PageBoundary } from "./page-boundary";
import { PAGES } from "./pages";
import { PauseButton } from "./pause-button";
import { RangePicker } from "./range-picker";
import { StatusPill } from "./status-pill";
import { TabTitle } from "./tab-title";
import { ThemeSwitch } from "./theme-switch";

interface ShellProps {
  facts: PageFacts;
  /** When the page was made. */
  found: Found;
  children: ReactNode;
}

/** The frame around every page: navigation, host, freshness, and time range. */
export function Shell({ facts, found, children }: ShellProps) {
  return (
    <PageFactsProvider facts={facts}>
      <JudgementProvider found={found}>
        <Frame>{children}</Frame>
      </JudgementProvider>
    </PageFactsProvider>
  );
}

function Frame({ children }: { children: ReactNode }) {
  // Gives every page the colours of paper, charts or not.
  usePrinting();
  // A screen on the wall needs no menu.
  const kiosk = useSearchParams().get("kiosk") === "1";
  const path = usePathname();
  const { demo, incident, machine } = usePageFacts();
  const { shell } = useWords();
  return (
    <div className="flex min-h-dvh">
      <a href="#content" className="skip-link">
        {shell.skip}
      </a>
      {!kiosk && <Navigation />}
      <div className="flex min-w-0 flex-1 flex-col">
        {kiosk ? <KioskBar /> : <TopBar />}
        <NoSamples />
        <Misread />
        {incident && <IncidentNote {...incident} />}
        {machine && <MachineNote machine={machine} path={path} />}
        {demo && (
          <p role="note" className="border-b border-line bg-hover px-3 py-1.5 text-center text-[13px] min-[800px]:px-6">
            {shell.demo}
          </p>
        )}
        <main
          id="content"
          tabIndex={-1}
          className={`mx-auto w-full max-w-[1680px] flex-1 has-[[data-wide]]:max-w-[3840px] px-3 pt-4 outline-none min-[800px]:px-6 ${kiosk ? "pb-4" : "pb-[76px] min-[800px]:pb-8"}`}
        >
          <PageBoundary path={path}>{children}</PageBoundary>
        </main>
      </div>
      <Keyboard />
      <TabTitle />
      <Toasts />
    </div>
  );
}

/** The machine in a line. The uptime is that of the page's opening, in minutes: nobody watches it grow. */
function Summary() {
  const { os, kernel, bootTime, logicalCpus, incident } = usePageFacts();
  const { summary } = useWords().shell;
  const format = useFormat();
  const store = useLiveStore();
  const [now] = useState(() => (incident ? Date.parse(incident.to) : store.serverNow()));
  const uptime = format.duration(Math.max(60, Math.floor((now - bootTime) / 60_000) * 60));
  const text = summary(os, kernel, logicalCpus, uptime);
  return (
    <span title={text} className="hidden min-w-0 truncate text-muted min-[1100px]:inline" suppressHydrationWarning>
      {text}
    </span>
  );
}

/** What a screen on the wall says of the machine, and the way out of it. */
function KioskBar() {
  const { hostName } = usePageFacts();
  const { kiosk } = useWords().shell;
  return (
    <header className="flex items-center gap-3 px-3 pt-3 min-[800px]:px-6">
      <strong className="min-w-0 truncate text-[16px] font-semibold">{hostName}</strong>
      <div className="ml-auto flex shrink-0 items-center gap-2">
        <StatusPill />
        <button
          type="button"
          aria-label={kiosk.leave}
          title={kiosk.leave}
          onClick={() => writeAddress({ kiosk: null })}
          className="flex size-9 items-center justify-center rounded-[10px] border border-line text-muted hover:bg-hover"
        >
          <Minimize2 size={16} aria-hidden="true" />
        </button>
      </div>
    </header>
  );
}

function TopBar() {
  const { search } = useWords().shell;
  const path = usePathname();
  const isTimeless = PAGES.some(({ href, timeless }) => href === path && timeless);
  return (
    <header className="sticky top-0 z-20 flex h-[54px] items-center gap-2 border-b border-line bg-page px-3 min-[800px]:gap-3 min-[800px]:px-6">
      <div className="flex min-w-0 flex-1 items-center gap-3">
        <HostMenu />
        <Summary />
      </div>
      <div className="flex shrink-0 items-center gap-2">
        {/* It keeps its place, and PauseButton its state. */}
        <div className={`flex items-center gap-2 ${isTimeless ? "invisible" : ""}`}>
          <StatusPill />
          <RangePicker />
          <PauseButton />
        </div>
        <div className="hidden items-center gap-2 min-[800px]:flex">
          <button
            type="button"
            aria-label={search}
            title={search}
            onClick={openPalette}
            className="flex size-9 items-center justify-center rounded-[10px] border border-line hover:bg-hover"
          >
            <Search size={16} aria-hidden="true" />
          </button>
          <AlertBell />
          <ThemeSwitch />
          <LogOut />
        </div>
      </div>
    </header>
  );
}
