import { pageTitle } from "~/app/page-title";
import { Settings } from "~/components/settings/settings";

export const dynamic = "force-dynamic";
export const generateMetadata = () => pageTitle("/settings");

export default function SettingsPage() {
  return <Settings />;
}
