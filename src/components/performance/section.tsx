"use client";

import { ChevronRight } from "lucide-react";
import { Fragment, type ReactNode, useState } from "react";
import { useFormat, useWords } from "~/components/words/words-provider";
import type { Family, MetricSection } from "./families";

/** One column on a phone, up to four where there is room. */
export const GRID =
  "grid grid-flow-row-dense grid-cols-1 gap-3 min-[900px]:grid-cols-2 min-[2000px]:grid-cols-3 min-[2900px]:grid-cols-4";

interface SectionProps {
  section: MetricSection;
  families: readonly Family[];
  /** Without a value other than zero in the range. */
  quiet: readonly Family[];
  chartOf: (family: Family) => ReactNode;
  /** Below the row of a chart, over the full width; null for most. */
  below: (family: Family) => ReactNode;
}

/** The charts of a section; the quiet ones are folded away. */
export function Section({ section, families, quiet, chartOf, below }: SectionProps) {
  const { performance } = useWords();
  const format = useFormat();
  const [unfolded, setUnfolded] = useState(false);
  const name = performance.sections[section];
  const shown = unfolded ? [...families, ...quiet] : families;
  return (
    <section aria-label={name} className="flex flex-col gap-3">
      <h2 className="mt-2 text-[16px] font-semibold">{name}</h2>
      {shown.length > 0 && (
        <div className={GRID}>
          {shown.map((family) => {
            const card = below(family);
            return (
              <Fragment key={family.id}>
                {chartOf(family)}
                {card && <div className="col-span-full min-w-0">{card}</div>}
              </Fragment>
            );
          })}
        </div>
      )}
      {quiet.length > 0 && (
        <button
          type="button"
          aria-expanded={unfolded}
          onClick={() => setUnfolded(!unfolded)}
          className="flex min-h-[36px] min-w-0 items-center gap-1.5 rounded-[10px] border border-line bg-card px-3 py-1.5 text-left text-[13px] hover:bg-hover"
        >
          <ChevronRight size={15} aria-hidden="true" className={`shrink-0 ${unfolded ? "rotate-90" : ""}`} />
          <span className="shrink-0">{format.count(quiet.length, performance.quiet)}</span>
          <span className="min-w-0 truncate text-muted">{quiet.map(({ title }) => title).join("; ")}</span>
        </button>
      )}
    </section>
  );
}
