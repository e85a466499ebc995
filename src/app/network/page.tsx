import type { Metadata } from "next";
import { Network } from "~/components/network/network";

export const dynamic = "force-dynamic";
export const metadata: Metadata = { title: "Network" };

export default function NetworkPage() {
  return <Network />;
}
