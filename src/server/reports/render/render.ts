import type { Paper, ReportFormat } from "~/domain/report";
import { buildReport } from "../build";
import type { ReportInputs } from "../inputs";
import { type CsvRows, renderCsv } from "./csv";
import { type PageParts, renderHtml } from "./html";
import { renderJson } from "./json";
import type { ResolvePackage } from "./pdf-fonts";

export interface RenderRequest {
  inputs: ReportInputs;
  format: ReportFormat;
  csvRows: CsvRows;
  paper: Paper;
}

/** Files that the renderers need in addition to the report. */
export interface RenderParts {
  page: () => PageParts;
  fontFolder: () => string;
  resolve: ResolvePackage;
}

export async function renderReport({ inputs, format, csvRows, paper }: RenderRequest, parts: RenderParts): Promise<Buffer> {
  const report = buildReport(inputs);
  switch (format) {
    case "json":
      return Buffer.from(renderJson(report));
    case "csv":
      return Buffer.from(renderCsv(report, csvRows));
    case "html":
      return Buffer.from(renderHtml(report, parts.page()));
    case "pdf": {
      // Load on demand: this renderer is slow to load.
      const { renderPdf } = await import("./pdf");
      return renderPdf(report, { paper, fontFolder: parts.fontFolder(), resolve: parts.resolve });
    }
  }
}
