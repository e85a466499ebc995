import { pageTitle } from "~/app/page-title";
import { Alerts } from "~/components/alerts/alerts";

export const dynamic = "force-dynamic";
export const generateMetadata = () => pageTitle("/alerts");

export default function AlertsPage() {
  return <Alerts />;
}
