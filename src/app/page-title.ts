import type { Metadata } from "next";
import type { Page } from "~/components/shell/pages";
import { loadWords } from "~/components/words/load-words";
import { pageLanguage } from "~/trpc/server";

/** The title of a page in the language of its request. */
export async function pageTitle(path: Page["href"]): Promise<Metadata> {
  const { shell } = await loadWords(await pageLanguage());
  return { title: shell.pages[path] };
}
