/**
 * Renders a report as a PDF with text and vector graphics, without a browser. Handles blocks and knows nothing of specific
 * sections.
 */
import { Document, Font, Link, Page, Path, renderToBuffer, StyleSheet, Svg, Text, View } from "@react-pdf/renderer";
import { type Block, type Cell, type ChartBlock, proseText, type Report, type TableBlock, textOf } from "~/domain/report";
import { axisTicksOf, type Box, shapesOf } from "./shapes";

/** The folder of Geist-Regular.ttf, Geist-Medium.ttf and Geist-SemiBold.ttf. */
export interface PdfFonts {
  folder: string;
}

const COLORS = {
  text: "#18181b",
  muted: "#62626b",
  line: "#e6e6e9",
  ground: "#fafafa",
  blue: "#0f589e",
  orange: "#bc6100",
  green: "#1c8448",
  pink: "#bf7ab2",
  gold: "#6e4800",
  sky: "#0a94dc",
  ok: "#1a7f37",
  info: "#0b6bcb",
  warning: "#9a6700",
  critical: "#c62828",
} as const;

/** A hundred rows cost a second to lay out. The other formats show more rows. */
const MOST_ROWS = 20;
/** Tables up to this length are not split across pages. */
const MOST_ROWS_TOGETHER = 12;
const LONGEST_WORD = 24;
/** Everything that Geist has no glyph for. It would show as an empty box. */
const UNPRINTABLE =
  /[^\u0020-\u007e\u00a0-\u024f\u0400-\u045f\u2010-\u2027\u2030-\u203a\u20ac\u2122\u2190-\u2193\u2212\u2248\u2260\u2264\u2265]/gu;

const shown = (text: string) => text.replace(UNPRINTABLE, "?");

// Set no line heights: react-pdf multiplies them again each time it lays out a page.
const styles = StyleSheet.create({
  page: {
    fontFamily: "Geist",
    fontSize: 9,
    color: COLORS.text,
    paddingTop: 44,
    paddingBottom: 48,
    paddingHorizontal: 42,
  },
  footer: {
    position: "absolute",
    bottom: 22,
    left: 42,
    right: 42,
    flexDirection: "row",
    justifyContent: "space-between",
    fontSize: 7.5,
    color: COLORS.muted,
  },
  brand: { flexDirection: "row", alignItems: "center", fontSize: 11, fontWeight: 600, marginBottom: 96 },
  mark: { width: 12, height: 12, borderRadius: 3.5, backgroundColor: COLORS.green, marginRight: 7 },
  host: { fontSize: 32, fontWeight: 600, marginTop: 4, marginBottom: 10 },
  muted: { color: COLORS.muted },
  sentence: { marginTop: 26, padding: 13, borderRadius: 6, borderLeftWidth: 4, backgroundColor: COLORS.ground, fontSize: 13 },
  contents: { marginTop: 40 },
  entry: {
    flexDirection: "row",
    paddingVertical: 3,
    borderBottomWidth: 0.5,
    borderBottomColor: COLORS.line,
    textDecoration: "none",
    color: COLORS.text,
  },
  entryPage: { width: 40, textAlign: "right", color: COLORS.muted },
  heading: { fontSize: 16, fontWeight: 600, marginTop: 18, marginBottom: 8 },
  title: { fontSize: 9.5, fontWeight: 600, marginBottom: 4 },
  block: { marginBottom: 13 },
  paragraph: { marginBottom: 13 },
  facts: { flexDirection: "row", flexWrap: "wrap", marginHorizontal: -4, marginBottom: 9 },
  fact: { width: "25%", padding: 4 },
  factBox: {
    borderWidth: 0.75,
    borderColor: COLORS.line,
    borderRadius: 5,
    paddingVertical: 7,
    paddingHorizontal: 9,
    minHeight: 50,
    flexGrow: 1,
  },
  factValue: { fontSize: 14, fontWeight: 600, marginVertical: 1 },
  small: { fontSize: 7.5, color: COLORS.muted },
  finding: { borderWidth: 0.75, borderColor: COLORS.line, borderLeftWidth: 3, borderRadius: 5, padding: 9, marginBottom: 8 },
  row: { flexDirection: "row", borderBottomWidth: 0.5, borderBottomColor: COLORS.line },
  cell: { fontSize: 7.5, paddingVertical: 2.6, paddingHorizontal: 3 },
  key: { flexDirection: "row", marginLeft: 12, alignItems: "center", fontSize: 7.5, color: COLORS.muted },
  tick: { position: "absolute", fontSize: 6.5, color: COLORS.muted },
});

let registered = false;

function registerFonts({ folder }: PdfFonts): void {
  if (registered) return;
  registered = true;
  Font.register({
    family: "Geist",
    fonts: [
      { src: `${folder}/Geist-Regular.ttf`, fontWeight: 400 },
      { src: `${folder}/Geist-Medium.ttf`, fontWeight: 500 },
      { src: `${folder}/Geist-SemiBold.ttf`, fontWeight: 600 },
    ],
  });
  // Break only long names, never ordinary words.
  Font.registerHyphenationCallback((word) => (word.length > LONGEST_WORD ? (word.match(/.{1,12}/gu) ?? [word]) : [word]));
}

export async function renderPdf(report: Report, fonts: PdfFonts): Promise<Buffer> {
  registerFonts(fonts);
  return renderToBuffer(<ReportDocument report={report} pages={new Map()} />);
}

interface DocumentProps {
  report: Report;
  /**
   * Page number of each section. The headings fill it in; the table of contents reads it when it is rendered again at the end.
   */
  pages: Map<string, number>;
}

function ReportDocument({ report, pages }: DocumentProps) {
  const { timeZone } = report;
  const text = (cell: Cell) => shown(textOf(cell, timeZone));
  return (
    <Document
      title={shown(`${report.title}: ${report.host}`)}
      author="Hostscope"
      creator={`Hostscope ${report.version}`}
      producer="Hostscope"
      creationDate={new Date(report.createdAt.time)}
      language="en"
    >
      <Page size="A4" style={styles.page}>
        <View style={styles.brand}>
          <View style={styles.mark} />
          <Text>Hostscope</Text>
        </View>
        <Text style={{ fontSize: 13, color: COLORS.muted }}>{report.title}</Text>
        <Text style={styles.host}>{shown(report.host)}</Text>
        <Text style={styles.muted}>{`${text(report.from)} to ${text(report.to)}, ${timeZone}`}</Text>
        <Text style={styles.muted}>{`Made ${text(report.createdAt)} by Hostscope ${report.version}`}</Text>
        <Text style={{ ...styles.sentence, borderLeftColor: COLORS[report.verdict] }}>
          {shown(proseText(report.sentence, timeZone))}
        </Text>
        <View style={styles.contents}>
          <Text style={{ ...styles.title, fontSize: 11 }}>Contents</Text>
          {report.sections.map(({ id, title }) => (
            <Link key={id} src={`#${id}`} style={styles.entry}>
              <Text style={{ flexGrow: 1 }}>{title}</Text>
              <Text style={styles.entryPage} render={() => String(pages.get(id) ?? "")} />
            </Link>
          ))}
        </View>
      </Page>
      <Page size="A4" style={styles.page}>
        {report.sections.map(({ id, title, blocks }) => (
          <View key={id}>
            {/* The types know of bookmarks on pages only. */}
            <View id={id} wrap={false} {...{ bookmark: title }}>
              <View
                render={({ pageNumber }) => {
                  pages.set(id, pageNumber);
                  return null;
                }}
              />
              <Text style={styles.heading}>{title}</Text>
              {blocks.slice(0, 1).map((block, index) => (
                <BlockView key={index} block={block} timeZone={timeZone} />
              ))}
            </View>
            {blocks.slice(1).map((block, index) => (
              <BlockView key={index} block={block} timeZone={timeZone} />
            ))}
          </View>
        ))}
        <View style={styles.footer} fixed>
          <Text>{shown(`${report.host}, ${text(report.from)} to ${text(report.to)}`)}</Text>
          <Text render={({ pageNumber, totalPages }) => `page ${pageNumber} of ${totalPages}`} />
        </View>
      </Page>
    </Document>
  );
}

function BlockView({ block, timeZone }: { block: Block; timeZone: string }) {
  const text = (cell: Cell) => shown(textOf(cell, timeZone));
  const prose = (parts: readonly Cell[]) => shown(proseText(parts, timeZone));
  switch (block.kind) {
    case "facts":
      return (
        <View style={styles.facts}>
          {block.items.map(({ name, value, note }) => (
            <View key={name} style={styles.fact} wrap={false}>
              <View style={styles.factBox}>
                <Text style={styles.small}>{shown(name)}</Text>
                <Text style={styles.factValue}>{text(value)}</Text>
                <Text style={styles.small}>{prose(note)}</Text>
              </View>
            </View>
          ))}
        </View>
      );
    case "paragraph":
      return <Text style={styles.paragraph}>{prose(block.text)}</Text>;
    case "finding":
      return (
        <View style={{ ...styles.finding, borderLeftColor: COLORS[block.severity] }} wrap={false}>
          <Text style={{ ...styles.small, color: COLORS[block.severity], fontWeight: 600 }}>{block.severity}</Text>
          <Text style={{ fontSize: 10.5, fontWeight: 600, marginBottom: 3 }}>{prose(block.title)}</Text>
          {block.evidence.map((one, index) => (
            <Text key={index} style={styles.muted}>{`•  ${prose(one)}`}</Text>
          ))}
          <Text style={{ marginTop: 3 }}>{shown(block.advice)}</Text>
          <Text style={{ ...styles.small, marginTop: 2 }}>{`rule ${block.rule}`}</Text>
        </View>
      );
    case "table":
      return <TableView table={block} timeZone={timeZone} />;
    case "chart":
      return <ChartView chart={block} timeZone={timeZone} />;
  }
}

/** Column widths in proportion to the longest text of each column. */
function widthsOf({ columns, rows }: TableBlock, timeZone: string): string[] {
  const lengths = columns.map(({ name }, index) => {
    const cells = rows.slice(0, MOST_ROWS).map((row) => textOf(row[index] ?? "", timeZone).length);
    return Math.min(46, Math.max(5, name.length, ...cells) + 2);
  });
  const sum = lengths.reduce((total, length) => total + length, 0);
  return lengths.map((length) => `${(100 * length) / sum}%`);
}

function TableView({ table, timeZone }: { table: TableBlock; timeZone: string }) {
  const widths = widthsOf(table, timeZone);
  const rows = table.rows.slice(0, MOST_ROWS);
  const isCut = (table.total.value ?? 0) > rows.length;
  return (
    <View style={styles.block} wrap={rows.length > MOST_ROWS_TOGETHER}>
      <View minPresenceAhead={40} wrap={false}>
        <Text style={styles.title}>{shown(table.title)}</Text>
        <View style={styles.row}>
          {table.columns.map(({ name, align }, index) => (
            <Text
              key={index}
              style={{ ...styles.cell, width: widths[index] ?? "0%", textAlign: align, color: COLORS.muted, fontWeight: 500 }}
            >
              {shown(name)}
            </Text>
          ))}
        </View>
      </View>
      {rows.map((row, place) => (
        <View key={place} style={styles.row} wrap={false}>
          {row.map((cell, index) => (
            <Text
              key={index}
              style={{ ...styles.cell, width: widths[index] ?? "0%", textAlign: table.columns[index]?.align ?? "left" }}
            >
              {shown(textOf(cell, timeZone))}
            </Text>
          ))}
        </View>
      ))}
      {isCut && (
        <Text style={{ ...styles.small, marginTop: 3 }}>
          {`The first of ${textOf(table.total, timeZone)}; the HTML, CSV and JSON of this report show more.`}
        </Text>
      )}
    </View>
  );
}

const WIDTH = 511;
const BOX: Box = { left: 46, top: 6, width: WIDTH - 50, height: 104 };
const FILL = { area: 0.11, band: 0.15 };

function ChartView({ chart, timeZone }: { chart: ChartBlock; timeZone: string }) {
  const marks = axisTicksOf(chart, BOX);
  const right = BOX.left + BOX.width;
  const bottom = BOX.top + BOX.height;
  return (
    <View style={styles.block} wrap={false}>
      <View style={{ flexDirection: "row", marginBottom: 4 }}>
        <Text style={{ ...styles.title, marginBottom: 0, flexGrow: 1 }}>{shown(chart.title)}</Text>
        {chart.series.map(({ name, color }) => (
          <View key={name} style={styles.key}>
            <View style={{ width: 6, height: 6, borderRadius: 1.5, backgroundColor: COLORS[color], marginRight: 4 }} />
            <Text>{shown(name)}</Text>
          </View>
        ))}
      </View>
      <View style={{ height: bottom + 14 }}>
        <Svg width={WIDTH} height={bottom + 14} viewBox={`0 0 ${WIDTH} ${bottom + 14}`}>
          {marks.values.map(({ y }) => (
            <Path key={y} d={`M${BOX.left} ${y}H${right}`} stroke={COLORS.line} strokeWidth={0.6} />
          ))}
          {shapesOf(chart, BOX).map(({ kind, color, path }, index) =>
            kind === "line" ? (
              <Path key={index} d={path} stroke={COLORS[color]} strokeWidth={0.9} fill="none" />
            ) : (
              <Path key={index} d={path} fill={COLORS[color]} fillOpacity={chart.stacked ? 0.22 : FILL[kind]} />
            ),
          )}
          {marks.threshold && (
            <Path
              d={`M${BOX.left} ${marks.threshold.y}H${right}`}
              stroke={COLORS.critical}
              strokeWidth={0.7}
              strokeDasharray="4 3"
            />
          )}
        </Svg>
        {marks.values.map(({ y, value }) => (
          <Text key={y} style={{ ...styles.tick, top: y - 3, left: 0, width: BOX.left - 5, textAlign: "right" }}>
            {textOf(value, timeZone)}
          </Text>
        ))}
        {marks.times.map(({ x, moment }) => (
          <Text key={x} style={{ ...styles.tick, top: bottom + 5, left: x - 30, width: 60, textAlign: "center" }}>
            {textOf(moment, timeZone)}
          </Text>
        ))}
      </View>
    </View>
  );
}
