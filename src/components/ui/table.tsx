export { Table, TableBody, TableCell, TableHead, TableHeaderCell, TableRow } from "@tremor/react";
