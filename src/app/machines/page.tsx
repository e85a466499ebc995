import { pageTitle } from "~/app/page-title";
import { Machines } from "~/components/machines/machines";

export const dynamic = "force-dynamic";
export const generateMetadata = () => pageTitle("/machines");

export default function MachinesPage() {
  return <Machines />;
}
