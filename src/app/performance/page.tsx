import type { Metadata } from "next";
import { Performance } from "~/components/performance/performance";

export const dynamic = "force-dynamic";
export const metadata: Metadata = { title: "Performance" };

export default function PerformancePage() {
  return <Performance />;
}
