import type { Metadata } from "next";
import { Network } from "~/components/network/network";
import { loadWords } from "~/components/words/load-words";
import { pageLanguage } from "~/trpc/server";

export const dynamic = "force-dynamic";

export async function generateMetadata(): Promise<Metadata> {
  const { network } = await loadWords(await pageLanguage());
  return { title: network.title };
}

export default function NetworkPage() {
  return <Network />;
}
