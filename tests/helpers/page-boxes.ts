/** Measures the boxes of all text that a page shows. Runs in the browser: no imports, no names from outside. */
export interface BoxFaults {
  /** Two texts that lie on each other. */
  overlaps: string[];
  /** Text that does not fit its box, and whose full form nothing on the page has. */
  cut: string[];
  /** Text beyond the edge of the page, in nothing that scrolls. */
  outside: string[];
}

export function boxFaults(): BoxFaults {
  /** Less is the leading of a font. */
  const TOUCH = 2;
  const isShown = (element: Element) => {
    const { visibility, opacity, clipPath, clip } = getComputedStyle(element);
    return visibility !== "hidden" && opacity !== "0" && clipPath === "none" && clip === "auto";
  };
  const scrollers = new Map<Element, boolean>();
  const isScroller = (element: Element): boolean => {
    let known = scrollers.get(element);
    if (known === undefined) {
      const { overflowX, overflowY } = getComputedStyle(element);
      known = /auto|scroll|hidden|clip/.test(overflowX + overflowY);
      scrollers.set(element, known);
    }
    return known;
  };
  const overlay = (element: Element) => element.closest("dialog, [popover], [role=tooltip], [role=status]:not(main *)");
  /** The part of a box that is to be seen, after every ancestor that cuts it; null when there is none. */
  const seen = (element: Element, { left, top, right, bottom }: DOMRect) => {
    let box = { left, top, right, bottom };
    for (let above: Element | null = element; above && above !== document.documentElement; above = above.parentElement) {
      if (!isScroller(above)) continue;
      const edge = above.getBoundingClientRect();
      box = {
        left: Math.max(box.left, edge.left),
        top: Math.max(box.top, edge.top),
        right: Math.min(box.right, edge.right),
        bottom: Math.min(box.bottom, edge.bottom),
      };
    }
    return box.right - box.left > 1 && box.bottom - box.top > 1 ? box : null;
  };
  const fixedOf = (element: Element) => {
    for (let above: Element | null = element; above; above = above.parentElement) {
      if (/fixed|sticky/.test(getComputedStyle(above).position)) return above;
    }
    return null;
  };
  const texts: {
    text: string;
    element: Element;
    box: { left: number; top: number; right: number; bottom: number };
    fixed: Element | null;
  }[] = [];
  const [cut, outside]: [string[], string[]] = [[], []];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.textContent?.trim() ?? "";
    const element = node.parentElement;
    if (text === "" || !element || /^(?:SCRIPT|STYLE|NOSCRIPT|TITLE)$/.test(element.tagName) || overlay(element)) continue;
    let hidden = false;
    for (let above: Element | null = element; above; above = above.parentElement) hidden ||= !isShown(above);
    if (hidden || element.closest("svg")) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const fixed = fixedOf(element);
    for (const rect of range.getClientRects()) {
      const box = rect.width > 0 && rect.height > 0 ? seen(element, rect) : null;
      if (!box) continue;
      texts.push({ text, element, box, fixed });
      // What lies beyond the edge as a whole is not there yet: the link that skips to the content, until it has the focus.
      if (box.right > document.documentElement.clientWidth + 1 || (box.left < -1 && box.right > 0))
        outside.push(text.slice(0, 60));
    }
    const isCut = [element, element.parentElement].some(
      (one) =>
        one &&
        one.clientWidth > 0 &&
        /hidden|clip/.test(getComputedStyle(one).overflowX) &&
        one.scrollWidth > one.clientWidth + 1,
    );
    if (isCut && !element.closest("[title], [aria-label], [aria-describedby], details, a, [data-full]"))
      cut.push(text.slice(0, 60));
  }
  texts.sort((a, b) => a.box.top - b.box.top);
  const overlaps = new Set<string>();
  for (let first = 0; first < texts.length; first++) {
    const one = texts[first];
    if (!one) continue;
    for (let second = first + 1; second < texts.length; second++) {
      const other = texts[second];
      if (!other || other.box.top >= one.box.bottom) break;
      // What scrolls passes below what stands still.
      if (one.element === other.element || one.fixed !== other.fixed) continue;
      const across = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
      const down = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
      if (across > TOUCH && down > TOUCH * 2) overlaps.add(`${one.text.slice(0, 40)} | ${other.text.slice(0, 40)}`);
    }
  }
  return { overlaps: [...overlaps], cut: [...new Set(cut)], outside: [...new Set(outside)] };
}
