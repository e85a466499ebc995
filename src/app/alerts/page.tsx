import type { Metadata } from "next";
import { Alerts } from "~/components/alerts/alerts";

export const dynamic = "force-dynamic";
export const metadata: Metadata = { title: "Alerts" };

export default function AlertsPage() {
  return <Alerts />;
}
