import { StyleSheet, Text, View } from "@react-pdf/renderer";
import type { ReactNode } from "react";
import { type Cell, type TableBlock, textOf } from "~/domain/report";
import { COLORS } from "./pdf-style";

/** More rows are for the other formats: nobody reads a long list on paper. */
const MOST_ROWS = 12;
/** A page break leaves at least as many rows on both of its sides. */
const ROWS_TOGETHER = 2;

const styles = StyleSheet.create({
  end: { height: 12 },
  title: { fontSize: 9.5, fontWeight: 600, marginBottom: 3 },
  row: { flexDirection: "row", borderBottomWidth: 0.5, borderBottomColor: COLORS.line },
  cell: { fontSize: 7.5, paddingVertical: 2.4, paddingHorizontal: 3 },
  note: { fontSize: 7.5, color: COLORS.muted, marginTop: 3 },
});

const LEAST_LETTERS = 5;
const MOST_LETTERS = 46;

/** Column widths in proportion to the longest text of each column. */
function widthsOf({ columns }: TableBlock, rows: readonly (readonly Cell[])[], timeZone: string): string[] {
  const lengths = columns.map(({ name }, index) => {
    const cells = rows.map((row) => textOf(row[index] ?? "", timeZone).length);
    return Math.min(MOST_LETTERS, Math.max(LEAST_LETTERS, name.length, ...cells) + 2);
  });
  const sum = lengths.reduce((total, length) => total + length, 0);
  return lengths.map((length) => `${(100 * length) / sum}%`);
}

interface TableProps {
  table: TableBlock;
  timeZone: string;
  /** What stands above the table and stays with it. */
  lead: ReactNode;
}

/** A table whose head is repeated on each page that it runs over. */
export function TableView({ table, timeZone, lead }: TableProps) {
  const rows = table.rows.slice(0, MOST_ROWS);
  const widths = widthsOf(table, rows, timeZone);
  const total = table.total.value ?? 0;
  const styleOf = (index: number) => ({
    ...styles.cell,
    width: widths[index] ?? "0%",
    textAlign: table.columns[index]?.align ?? ("left" as const),
  });
  const head = (
    <View style={styles.row}>
      {table.columns.map(({ name }, index) => (
        <Text key={index} style={{ ...styleOf(index), color: COLORS.muted, fontWeight: 500 }}>
          {name}
        </Text>
      ))}
    </View>
  );
  const rowsOf = (from: number, to: number) =>
    rows.slice(from, to).map((row, place) => (
      <View key={from + place} style={styles.row} wrap={false}>
        {row.map((cell, index) => (
          <Text key={index} style={styleOf(index)}>
            {textOf(cell, timeZone)}
          </Text>
        ))}
      </View>
    ));
  // A page may end after two rows, and before the last two.
  const isShort = rows.length <= 2 * ROWS_TOGETHER;
  const [first, last] = isShort ? [rows.length, rows.length] : [ROWS_TOGETHER, rows.length - ROWS_TOGETHER];
  const note = total > rows.length && (
    <Text style={styles.note}>{`${rows.length} of ${total}. The HTML, CSV and JSON formats list more.`}</Text>
  );
  const begins = { page: 0 };
  return (
    <View>
      <View wrap={false}>
        <View
          render={({ pageNumber }) => {
            begins.page = pageNumber;
            return null;
          }}
        />
        {lead}
        <Text style={styles.title}>{table.title}</Text>
        {head}
        {rowsOf(0, first)}
        {isShort && note}
        {isShort && <View style={styles.end} />}
      </View>
      {!isShort && <View fixed render={({ pageNumber }) => (pageNumber === begins.page ? null : head)} />}
      {rowsOf(first, last)}
      {!isShort && (
        <View wrap={false}>
          {rowsOf(last, rows.length)}
          {note}
          <View style={styles.end} />
        </View>
      )}
    </View>
  );
}
