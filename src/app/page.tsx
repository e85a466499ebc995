import { pageTitle } from "~/app/page-title";
import { Overview } from "~/components/overview/overview";
import { serverApi } from "~/trpc/server";

export const dynamic = "force-dynamic";
export const generateMetadata = () => pageTitle("/");

export default async function OverviewPage() {
  const api = await serverApi();
  const host = await api.host.get();
  return <Overview host={host} since={host.historySince} />;
}
