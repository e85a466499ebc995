import { type RefObject, useEffect, useRef, useState } from "react";

/** True while the element is on the screen or close to it. */
export function useInView<Watched extends Element>(): { element: RefObject<Watched | null>; inView: boolean } {
  const element = useRef<Watched>(null);
  const [inView, setInView] = useState(false);
  useEffect(() => {
    if (!element.current) return;
    const observer = new IntersectionObserver(([entry]) => setInView(entry?.isIntersecting ?? false), { rootMargin: "300px" });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  return { element, inView };
}
