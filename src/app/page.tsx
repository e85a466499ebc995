import type { Metadata } from "next";
import { Overview } from "~/components/overview/overview";
import { serverApi } from "~/trpc/server";

export const dynamic = "force-dynamic";
export const metadata: Metadata = { title: "Overview" };

export default async function OverviewPage() {
  const api = await serverApi();
  const [health, host] = await Promise.all([api.health.get(), api.host.get()]);
  return <Overview health={health} host={host} since={host.historySince} />;
}
