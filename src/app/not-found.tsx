import Link from "next/link";
import { loadWords } from "~/components/words/load-words";
import { pageLanguage } from "~/trpc/server";

export default async function NotFound() {
  const { notFound } = (await loadWords(await pageLanguage())).shell;
  return (
    <div className="flex flex-col items-start gap-3 py-8">
      <h1 className="text-[20px] font-semibold">{notFound.title}</h1>
      <Link href="/" className="rounded-[10px] border border-line px-3 py-2 hover:bg-hover">
        {notFound.back}
      </Link>
    </div>
  );
}
