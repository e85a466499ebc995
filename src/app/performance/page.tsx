import { pageTitle } from "~/app/page-title";
import { Performance } from "~/components/performance/performance";

export const dynamic = "force-dynamic";
export const generateMetadata = () => pageTitle("/performance");

export default function PerformancePage() {
  return <Performance />;
}
