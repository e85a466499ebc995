import { useLiveStore, useLiveValue } from "~/components/live/live-provider";
import { usePageFacts } from "~/components/view/page-facts";
import { PAGES, type Page } from "./pages";

export interface ListedPage extends Pick<Page, "href" | "icon"> {
  /** Listed under "More" on a phone. */
  isMore: boolean;
}

/** The pages that this machine has something for, in menu order. */
export function usePages(): readonly ListedPage[] {
  const store = useLiveStore();
  const facts = usePageFacts();
  const isShown = ({ metric, fleet, remote }: Page) =>
    (facts.machine === null || remote === true) &&
    (metric === undefined || (store.current(metric) ?? 0) > 0) &&
    (fleet === undefined || facts.fleet);
  const shown = useLiveValue(() =>
    PAGES.filter(isShown)
      .map(({ href }) => href)
      .join(" "),
  );
  return PAGES.filter(({ href }) => shown.split(" ").includes(href)).map(({ href, icon, more }) => ({
    href,
    icon,
    isMore: more === true || (more === "fleet" && facts.fleet),
  }));
}
