import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { pageTitle } from "~/app/page-title";
import { Overview } from "~/components/overview/overview";
import { missingMachine, serverApi } from "~/trpc/server";

export const dynamic = "force-dynamic";
export const generateMetadata = () => pageTitle("/");

interface PageProps {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

/** Where there is an engine of all machines, whoever opens the address of the server sees them first; links to Overview say `here`. */
export default async function OverviewPage({ searchParams }: PageProps) {
  if ((await missingMachine()) !== null) return null;
  const api = await serverApi();
  const host = await api.host.get();
  const isDocument = (await headers()).get("accept")?.includes("text/html") ?? false;
  if (host.fleet && host.machine === null && isDocument && Object.keys(await searchParams).length === 0) redirect("/machines");
  return <Overview host={host} since={host.historySince} />;
}
