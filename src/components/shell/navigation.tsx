"use client";

import { Bell, Cpu, LayoutDashboard, LineChart, type LucideIcon, Network } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";

/** The pages that work, in the order of the menu. */
const PAGES: readonly { href: string; name: string; icon: LucideIcon }[] = [
  { href: "/", name: "Overview", icon: LayoutDashboard },
  { href: "/performance", name: "Performance", icon: LineChart },
  { href: "/processes", name: "Processes", icon: Cpu },
  { href: "/network", name: "Network", icon: Network },
  { href: "/alerts", name: "Alerts", icon: Bell },
];

/** At the left on a wide screen, at the bottom on a phone. */
export function Navigation() {
  const path = usePathname();
  return (
    <nav
      aria-label="Pages"
      className="fixed inset-x-0 bottom-0 z-20 border-t border-line bg-card min-[800px]:static min-[800px]:w-[200px] min-[800px]:shrink-0 min-[800px]:border-t-0 min-[800px]:border-r min-[800px]:bg-page min-[800px]:px-2.5 min-[800px]:py-4"
    >
      <p className="mb-4 hidden items-center gap-2.5 px-2.5 text-[15px] font-semibold min-[800px]:flex">
        <span className="size-[18px] rounded-[5px] bg-series-green" aria-hidden="true" />
        Hostscope
      </p>
      <ul className="flex justify-around min-[800px]:flex-col min-[800px]:gap-1">
        {PAGES.map(({ href, name, icon: Icon }) => {
          const here = path === href;
          return (
            <li key={href}>
              <Link
                href={href}
                aria-current={here ? "page" : undefined}
                className={`flex min-h-[44px] flex-col items-center justify-center gap-1 rounded-[10px] px-3 py-1.5 text-[11px] hover:bg-hover min-[800px]:min-h-0 min-[800px]:flex-row min-[800px]:justify-start min-[800px]:gap-2.5 min-[800px]:px-2.5 min-[800px]:py-2 min-[800px]:text-[14px] ${here ? "text-text min-[800px]:bg-hover" : "text-muted"}`}
              >
                <Icon size={17} aria-hidden="true" />
                {name}
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
