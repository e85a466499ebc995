import type { ReactNode } from "react";
import type { HostFacts } from "~/domain/host";
import { formatDuration } from "~/domain/units";
import { Navigation } from "./navigation";
import { StatusPill } from "./status-pill";
import { ThemeSwitch } from "./theme-switch";

/** The frame around every page: navigation, the host, how fresh the data is. */
export function Shell({ host, now, children }: { host: HostFacts; now: number; children: ReactNode }) {
  const facts = [
    host.os,
    `Linux ${host.kernel}`,
    `${host.logicalCpus} CPUs`,
    `up ${formatDuration((now - host.bootTime) / 1000)}`,
  ];
  return (
    <div className="flex min-h-dvh">
      <a href="#content" className="skip-link">
        Skip to the content
      </a>
      <Navigation />
      <div className="flex min-w-0 flex-1 flex-col">
        <header className="sticky top-0 z-10 flex h-[54px] items-center gap-3 border-b border-line bg-page px-4 min-[800px]:px-6">
          <p className="min-w-0 truncate">
            <strong className="mr-3 font-semibold">{host.name}</strong>
            <span className="hidden text-muted min-[800px]:inline">{facts.join(" · ")}</span>
          </p>
          <div className="ml-auto flex items-center gap-2.5">
            <StatusPill />
            <ThemeSwitch />
          </div>
        </header>
        <main id="content" className="mx-auto w-full max-w-[1680px] flex-1 px-3 pt-4 pb-[76px] min-[800px]:px-6 min-[800px]:pb-8">
          {children}
        </main>
      </div>
    </div>
  );
}
