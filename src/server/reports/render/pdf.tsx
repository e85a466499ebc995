/**
 * Renders a report as a PDF with text and vector graphics, without a browser. Handles blocks and knows nothing of specific
 * sections.
 */
import { Document, Font, Link, Page, renderToBuffer, StyleSheet, Text, View } from "@react-pdf/renderer";
import type { ReactNode } from "react";
import {
  type Block,
  type Cell,
  type FactsBlock,
  type FindingBlock,
  type Paper,
  proseText,
  type Report,
  type TableBlock,
  textOf,
} from "~/domain/report";
import { ChartView } from "./pdf-chart";
import { type Face, fallbackFaces, printableReport, type ResolvePackage } from "./pdf-fonts";
import { COLORS, MARGIN, PAPER_SIZES } from "./pdf-style";
import { TableView } from "./pdf-table";

/** What a PDF needs in addition to the report. */
export interface PdfOptions {
  paper: Paper;
  /** The folder of Geist-Regular.ttf, Geist-Medium.ttf and Geist-SemiBold.ttf. */
  fontFolder: string;
  resolve: ResolvePackage;
}

const LONGEST_WORD = 24;
/** A report of fewer pages is read without a table of contents. */
const LEAST_PAGES = 6;
/** Entries of the table of contents that stay with its heading. */
const FIRST_ENTRIES = 3;

// Set no line heights: react-pdf multiplies them again each time it lays out a page.
const styles = StyleSheet.create({
  page: { fontSize: 9, color: COLORS.text, paddingTop: 40, paddingBottom: 46, paddingHorizontal: MARGIN },
  footer: {
    position: "absolute",
    bottom: 22,
    left: MARGIN,
    right: MARGIN,
    flexDirection: "row",
    justifyContent: "space-between",
    fontSize: 7.5,
    color: COLORS.muted,
  },
  brand: { flexDirection: "row", alignItems: "center", marginBottom: 14 },
  mark: { width: 10, height: 10, borderRadius: 3, backgroundColor: COLORS.green, marginRight: 6 },
  host: { fontSize: 22, fontWeight: 600, marginBottom: 5 },
  muted: { color: COLORS.muted },
  sentence: {
    marginTop: 12,
    paddingVertical: 9,
    paddingHorizontal: 12,
    borderRadius: 5,
    borderLeftWidth: 4,
    backgroundColor: COLORS.ground,
    fontSize: 12,
  },
  entry: {
    flexDirection: "row",
    paddingVertical: 2.5,
    borderBottomWidth: 0.5,
    borderBottomColor: COLORS.line,
    textDecoration: "none",
    color: COLORS.text,
  },
  entryPage: { width: 40, textAlign: "right", color: COLORS.muted },
  heading: { fontSize: 14, fontWeight: 600, marginTop: 14, marginBottom: 7 },
  paragraph: { marginBottom: 10 },
  facts: { flexDirection: "row", marginHorizontal: -4, marginBottom: 8 },
  fact: { flexGrow: 1, flexShrink: 1, flexBasis: 0, padding: 4 },
  factBox: {
    borderWidth: 0.75,
    borderColor: COLORS.line,
    borderRadius: 5,
    paddingVertical: 7,
    paddingHorizontal: 8,
    minHeight: 54,
    flexGrow: 1,
  },
  factValue: { fontSize: 14, fontWeight: 600, marginVertical: 1 },
  small: { fontSize: 7.5, color: COLORS.muted },
  finding: { borderWidth: 0.75, borderColor: COLORS.line, borderLeftWidth: 3, borderRadius: 5, padding: 9, marginBottom: 8 },
});

function registerFonts(fontFolder: string, faces: readonly Face[]): void {
  if (!Font.getRegisteredFontFamilies().includes("Geist")) {
    Font.register({
      family: "Geist",
      fonts: [
        { src: `${fontFolder}/Geist-Regular.ttf`, fontWeight: 400 },
        { src: `${fontFolder}/Geist-Medium.ttf`, fontWeight: 500 },
        { src: `${fontFolder}/Geist-SemiBold.ttf`, fontWeight: 600 },
      ],
    });
  }
  for (const { family, file } of faces) {
    Font.register({ family, src: `data:font/ttf;base64,${file.toString("base64")}` });
  }
  // Break only long names, never ordinary words.
  Font.registerHyphenationCallback((word) => (word.length > LONGEST_WORD ? (word.match(/.{1,12}/gu) ?? [word]) : [word]));
}

export async function renderPdf(report: Report, { paper, fontFolder, resolve }: PdfOptions): Promise<Buffer> {
  const { faces, missing } = await fallbackFaces(JSON.stringify(report), resolve);
  registerFonts(fontFolder, faces);
  const shared = { report: printableReport(report, missing), paper, families: ["Geist", ...faces.map(({ family }) => family)] };
  const layout: Layout = { sections: new Map(), total: 0 };
  const short = await renderToBuffer(<ReportDocument {...shared} layout={layout} hasContents={false} />);
  if (layout.total < LEAST_PAGES) return short;
  return renderToBuffer(<ReportDocument {...shared} layout={layout} hasContents />);
}

/** Where things ended up. Rendering fills it in; the table of contents reads it when it is rendered again at the end. */
interface Layout {
  sections: Map<string, number>;
  total: number;
}

interface DocumentProps {
  report: Report;
  paper: Paper;
  /** Geist first, then those that have what Geist has not. */
  families: string[];
  layout: Layout;
  hasContents: boolean;
}

function ReportDocument({ report, paper, families, layout, hasContents }: DocumentProps) {
  const { timeZone } = report;
  const text = (cell: Cell) => textOf(cell, timeZone);
  const period = `${text(report.from)} to ${text(report.to)} (${timeZone})`;
  const [summary, ...others] = report.sections;
  return (
    <Document
      title={`${report.title}: ${report.host}`}
      author="Hostscope"
      creator={`Hostscope ${report.version}`}
      producer="Hostscope"
      creationDate={new Date(report.createdAt.time)}
      language="en"
    >
      <Page size={PAPER_SIZES[paper].name} style={[styles.page, { fontFamily: families }]} experimentalPagination>
        {/* What is repeated has to come first. */}
        <View style={styles.footer} fixed>
          <Text>{`${report.host}, ${period}`}</Text>
          <Text
            render={({ pageNumber, totalPages }) => {
              layout.total = totalPages ?? 0;
              return `page ${pageNumber} of ${totalPages}`;
            }}
          />
        </View>
        <View style={styles.brand}>
          <View style={styles.mark} />
          <Text style={{ fontWeight: 600 }}>Hostscope</Text>
          <Text style={{ ...styles.muted, marginLeft: 8 }}>{report.title}</Text>
        </View>
        <Text style={styles.host}>{report.host}</Text>
        <Text style={styles.muted}>{`${period}, created ${text(report.createdAt)} by Hostscope ${report.version}`}</Text>
        <Text style={{ ...styles.sentence, borderLeftColor: COLORS[report.verdict] }}>
          {proseText(report.sentence, timeZone)}
        </Text>
        {summary && <SectionView section={summary} report={report} paper={paper} layout={layout} />}
        {others.map((section, index) => (
          <View key={section.id}>
            <SectionView section={section} report={report} paper={paper} layout={layout} />
            {index === 0 && hasContents && <Contents sections={report.sections} layout={layout} />}
          </View>
        ))}
      </Page>
    </Document>
  );
}

function Contents({ sections, layout }: { sections: Report["sections"]; layout: Layout }) {
  return (
    <View>
      <View wrap={false}>
        <Text style={styles.heading}>Contents</Text>
        <Entries sections={sections.slice(0, FIRST_ENTRIES)} layout={layout} />
      </View>
      <Entries sections={sections.slice(FIRST_ENTRIES)} layout={layout} />
    </View>
  );
}

function Entries({ sections, layout }: { sections: Report["sections"]; layout: Layout }) {
  return (
    <View>
      {sections.map(({ id, title }) => (
        <Link key={id} src={`#${id}`} style={styles.entry}>
          <Text style={{ flexGrow: 1 }}>{title}</Text>
          <Text style={styles.entryPage} render={() => String(layout.sections.get(id) ?? "")} />
        </Link>
      ))}
    </View>
  );
}

interface SectionProps {
  section: Report["sections"][number];
  report: Report;
  paper: Paper;
  layout: Layout;
}

function SectionView({ section: { id, title, blocks }, report: { timeZone }, paper, layout }: SectionProps) {
  // The types know of bookmarks on pages only.
  const heading = (
    <View id={id} {...{ bookmark: title }}>
      <View
        render={({ pageNumber }) => {
          layout.sections.set(id, pageNumber);
          return null;
        }}
      />
      <Text style={styles.heading}>{title}</Text>
    </View>
  );
  return (
    <View>
      {blocks.map((block, index) => (
        <BlockView key={index} block={block} timeZone={timeZone} paper={paper} lead={index === 0 ? heading : null} />
      ))}
    </View>
  );
}

interface BlockProps {
  block: Block;
  timeZone: string;
  paper: Paper;
  /** The heading above the first block of a section: no page ends between them. */
  lead: ReactNode;
}

function BlockView({ block, timeZone, paper, lead }: BlockProps) {
  if (block.kind === "table") return <TableView table={block} timeZone={timeZone} lead={lead} />;
  return (
    <View wrap={false}>
      {lead}
      <WholeBlock block={block} timeZone={timeZone} paper={paper} />
    </View>
  );
}

function WholeBlock({ block, timeZone, paper }: Pick<BlockProps, "timeZone" | "paper"> & { block: Exclude<Block, TableBlock> }) {
  switch (block.kind) {
    case "facts":
      return <FactsView facts={block} timeZone={timeZone} />;
    case "paragraph":
      return <Text style={styles.paragraph}>{proseText(block.text, timeZone)}</Text>;
    case "finding":
      return <FindingView finding={block} timeZone={timeZone} />;
    case "chart":
      return <ChartView chart={block} timeZone={timeZone} paper={paper} />;
  }
}

function FactsView({ facts, timeZone }: { facts: FactsBlock; timeZone: string }) {
  return (
    <View style={styles.facts}>
      {facts.items.map(({ name, value, note }) => (
        <View key={name} style={styles.fact}>
          <View style={styles.factBox}>
            <Text style={styles.small}>{name}</Text>
            <Text style={styles.factValue}>{textOf(value, timeZone)}</Text>
            <Text style={styles.small}>{proseText(note, timeZone)}</Text>
          </View>
        </View>
      ))}
    </View>
  );
}

function FindingView({ finding: { severity, title, evidence, advice }, timeZone }: { finding: FindingBlock; timeZone: string }) {
  return (
    <View style={{ ...styles.finding, borderLeftColor: COLORS[severity] }}>
      <Text style={{ ...styles.small, color: COLORS[severity], fontWeight: 600 }}>{severity}</Text>
      <Text style={{ fontSize: 10.5, fontWeight: 600, marginBottom: 3 }}>{proseText(title, timeZone)}</Text>
      <Text>{proseText(advice, timeZone)}</Text>
      {evidence.map((one, index) => (
        <Text key={index} style={{ ...styles.muted, marginTop: index === 0 ? 3 : 0 }}>{`•  ${proseText(one, timeZone)}`}</Text>
      ))}
    </View>
  );
}
