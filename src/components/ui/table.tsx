import { Table as TremorTable } from "@tremor/react";
import type { ReactNode } from "react";

export { TableBody, TableCell, TableHead, TableHeaderCell, TableRow } from "@tremor/react";

/** A table of full width with fixed columns; the first takes the remaining width and is truncated. */
export function Table({ children }: { children: ReactNode }) {
  return <TremorTable className="overflow-hidden [&>table]:w-full [&>table]:table-fixed">{children}</TremorTable>;
}
