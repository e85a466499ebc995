import type { Metadata } from "next";
import { Processes } from "~/components/processes/processes";
import { loadWords } from "~/components/words/load-words";
import { pageLanguage } from "~/trpc/server";

export const dynamic = "force-dynamic";

export async function generateMetadata(): Promise<Metadata> {
  const { processes } = await loadWords(await pageLanguage());
  return { title: processes.title };
}

export default function ProcessesPage() {
  return <Processes />;
}
