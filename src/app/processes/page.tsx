import type { Metadata } from "next";
import { Processes } from "~/components/processes/processes";

export const dynamic = "force-dynamic";
export const metadata: Metadata = { title: "Processes" };

export default function ProcessesPage() {
  return <Processes />;
}
