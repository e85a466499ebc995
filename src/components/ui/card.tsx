import Link from "next/link";
import type { ReactNode } from "react";

interface CardProps {
  title?: string;
  /** Where the title leads. */
  href?: string | undefined;
  /** Beside the title: what the numbers refer to. */
  note?: string | undefined;
  /** At the right end of the title row. */
  aside?: ReactNode;
  className?: string;
  children: ReactNode;
}

/** A block of the page with an optional heading. Tremor's Card would add 9 KB of class names to the first page. */
export function Card({ title, href, note, aside, className = "", children }: CardProps) {
  return (
    <div data-card className={`min-w-0 rounded-[10px] border border-line bg-card p-4 ${className}`}>
      {title !== undefined && (
        <div className="mb-2 flex flex-wrap items-baseline gap-x-2 gap-y-1">
          <h2 className="text-[14px] font-semibold text-text">
            {href === undefined ? (
              title
            ) : (
              <Link
                href={href}
                prefetch={false}
                className="inline-flex min-h-[24px] min-w-[24px] items-center underline-offset-2 hover:underline"
              >
                {title}
              </Link>
            )}
          </h2>
          {note !== undefined && <span className="text-[12.5px] text-muted">{note}</span>}
          {aside !== undefined && <div className="ml-auto">{aside}</div>}
        </div>
      )}
      {children}
    </div>
  );
}
