import { pageTitle } from "~/app/page-title";
import { Processes } from "~/components/processes/processes";

export const dynamic = "force-dynamic";
export const generateMetadata = () => pageTitle("/processes");

export default function ProcessesPage() {
  return <Processes />;
}
