import { useLiveStore, useLiveValue } from "~/components/live/live-provider";
import { PAGES, type Page } from "./pages";

/** The pages that this machine has something for, in menu order. */
export function usePages(): readonly Page[] {
  const store = useLiveStore();
  const isShown = ({ metric }: Page) => metric === undefined || (store.current(metric) ?? 0) > 0;
  const shown = useLiveValue(() =>
    PAGES.filter(isShown)
      .map(({ href }) => href)
      .join(" "),
  );
  return PAGES.filter(({ href }) => shown.split(" ").includes(href));
}
