import { Table as TremorTable } from "@tremor/react";
import type { ReactNode } from "react";

export { TableBody, TableCell, TableHead, TableHeaderCell, TableRow } from "@tremor/react";

/** A table as wide as its place whose columns keep their widths; the first one takes what is left and is cut off. */
export function Table({ children }: { children: ReactNode }) {
  return <TremorTable className="overflow-hidden [&>table]:w-full [&>table]:table-fixed">{children}</TremorTable>;
}
