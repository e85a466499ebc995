import { useEffect, useState } from "react";
import { type SectionId, sectionInView } from "./sections";

/** Below the frame and the margin that a section scrolls to. */
const LINE_PX = 100;

/** The section that is read now, of those that the page shows. Null until it is known. */
export function useSectionInView(ids: readonly SectionId[]): SectionId | null {
  const [shown, setShown] = useState<SectionId | null>(null);
  const key = ids.join(" ");
  useEffect(() => {
    const look = () => {
      const tops = (key.split(" ") as SectionId[]).flatMap((id) => {
        const element = document.getElementById(id);
        return element ? [{ id, top: element.getBoundingClientRect().top }] : [];
      });
      const { scrollTop, scrollHeight, clientHeight } = document.documentElement;
      const isAtEnd = scrollTop > 0 && scrollTop + clientHeight >= scrollHeight - 1;
      setShown(sectionInView(tops, { line: LINE_PX, isAtEnd, asked: window.location.hash.slice(1) }));
    };
    look();
    window.addEventListener("scroll", look, { passive: true });
    window.addEventListener("resize", look);
    return () => {
      window.removeEventListener("scroll", look);
      window.removeEventListener("resize", look);
    };
  }, [key]);
  return shown;
}
