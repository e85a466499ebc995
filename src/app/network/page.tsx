import { pageTitle } from "~/app/page-title";
import { Network } from "~/components/network/network";

export const dynamic = "force-dynamic";
export const generateMetadata = () => pageTitle("/network");

export default function NetworkPage() {
  return <Network />;
}
