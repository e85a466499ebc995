import { Bell, Container, Cpu, FileText, LayoutDashboard, LineChart, type LucideIcon, Network, Settings } from "lucide-react";

export interface Page {
  href: string;
  name: string;
  icon: LucideIcon;
  /** Listed under "More" on a phone, which has little room. */
  more?: true;
  /** Listed only where this metric is above zero. */
  metric?: string;
}

/** All pages, in menu order. */
export const PAGES: readonly Page[] = [
  { href: "/", name: "Overview", icon: LayoutDashboard },
  { href: "/performance", name: "Performance", icon: LineChart },
  { href: "/processes", name: "Processes", icon: Cpu },
  { href: "/network", name: "Network", icon: Network, more: true },
  { href: "/containers", name: "Containers", icon: Container, more: true, metric: "container.count" },
  { href: "/alerts", name: "Alerts", icon: Bell },
  { href: "/reports", name: "Reports", icon: FileText, more: true },
  { href: "/settings", name: "Settings", icon: Settings, more: true },
];
