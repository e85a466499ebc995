import type { Metadata } from "next";
import { Containers } from "~/components/containers/containers";
import { loadWords } from "~/components/words/load-words";
import { pageLanguage } from "~/trpc/server";

export const dynamic = "force-dynamic";

export async function generateMetadata(): Promise<Metadata> {
  const { containers } = await loadWords(await pageLanguage());
  return { title: containers.title };
}

export default function ContainersPage() {
  return <Containers />;
}
