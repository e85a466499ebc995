import { pageTitle } from "~/app/page-title";
import { Reports } from "~/components/reports/reports";

export const dynamic = "force-dynamic";
export const generateMetadata = () => pageTitle("/reports");

export default function ReportsPage() {
  return <Reports />;
}
