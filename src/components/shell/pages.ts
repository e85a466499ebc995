import { Bell, Cpu, FileText, LayoutDashboard, LineChart, type LucideIcon, Network, Settings } from "lucide-react";

export interface Page {
  href: string;
  name: string;
  icon: LucideIcon;
  /** Listed under "More" on a phone, which has little room. */
  more?: true;
}

/** All pages, in menu order. */
export const PAGES: readonly Page[] = [
  { href: "/", name: "Overview", icon: LayoutDashboard },
  { href: "/performance", name: "Performance", icon: LineChart },
  { href: "/processes", name: "Processes", icon: Cpu },
  { href: "/network", name: "Network", icon: Network, more: true },
  { href: "/alerts", name: "Alerts", icon: Bell },
  { href: "/reports", name: "Reports", icon: FileText, more: true },
  { href: "/settings", name: "Settings", icon: Settings, more: true },
];
