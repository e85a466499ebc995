import type { Metadata } from "next";
import { Settings } from "~/components/settings/settings";

export const dynamic = "force-dynamic";
export const metadata: Metadata = { title: "Settings" };

export default function SettingsPage() {
  return <Settings />;
}
