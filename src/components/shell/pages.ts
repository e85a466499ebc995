import {
  Bell,
  Container,
  Cpu,
  FileText,
  LayoutDashboard,
  LineChart,
  type LucideIcon,
  Network,
  Server,
  Settings,
} from "lucide-react";
import type { Words } from "~/components/words/en";

export interface Page {
  /** Its name is in the words of the frame. */
  href: keyof Words["shell"]["pages"];
  icon: LucideIcon;
  /** Listed under "More" on a phone, which has little room; with "fleet", only beside the page of all machines. */
  more?: true | "fleet";
  /** Listed only where an engine of all machines is configured. */
  fleet?: true;
  /** Listed for another machine too, which is read from an engine. */
  remote?: true;
  /** Listed only where this metric is above zero. */
  metric?: string;
  /** Has no use for the time range, and nothing that moves. */
  timeless?: true;
}

/** All pages, in menu order. */
export const PAGES: readonly Page[] = [
  { href: "/machines", icon: Server, fleet: true, remote: true },
  { href: "/", icon: LayoutDashboard, remote: true },
  { href: "/performance", icon: LineChart, remote: true },
  { href: "/processes", icon: Cpu, more: "fleet" },
  { href: "/network", icon: Network, more: true },
  { href: "/containers", icon: Container, more: true, metric: "container.count" },
  { href: "/alerts", icon: Bell, timeless: true },
  { href: "/reports", icon: FileText, more: true, timeless: true },
  { href: "/settings", icon: Settings, more: true, timeless: true },
];
