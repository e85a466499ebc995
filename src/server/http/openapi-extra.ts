/** OpenAPI paths of the routes without a procedure: the stream, exports, this document, its page and the Prometheus metrics. */
import { z } from "zod";
import { REPORT_SCHEMA } from "~/domain/report";
import { DATA_FORMATS, DATA_TYPES } from "../export/data-formats";
import { dataQuery } from "./export-data";
import { incidentQuery } from "./export-incident";
import { REPORT_TYPES, reportQuery } from "./export-report";
import type { JsonSchema, OpenApiDocument, OpenApiParameter } from "./openapi-types";

const problem = { $ref: "#/components/responses/Problem" };

function textAnswer(type: string, description: string) {
  return { description, content: { [type]: { schema: { type: "string" } } } };
}

function parametersOf(schema: z.ZodType): OpenApiParameter[] {
  const { properties = {} } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return Object.entries(properties).map(([name, property]) => {
    const { description, ...rest } = property as JsonSchema & { description?: string };
    return { name, in: "query", required: false, ...(description !== undefined && { description }), schema: rest };
  });
}

function fileAnswer(types: readonly string[], description: string) {
  return { description, content: Object.fromEntries(types.map((type) => [type.split(";")[0], { schema: { type: "string" } }])) };
}

export const EXTRA_PATHS: OpenApiDocument["paths"] = {
  "/api/stream": {
    get: {
      operationId: "stream",
      summary:
        "Live data as server-sent events: `snapshot` first, then `sample` and `top` each tick (the ten processes with most CPU and with most memory, and `programs` with all of their processes), `alert`, and `status` with monitoring, health and a new `mark`",
      tags: ["stream"],
      parameters: [
        {
          name: "lastEventId",
          in: "query",
          required: false,
          description: "id of the last event seen, like the Last-Event-ID header; up to 300 ticks are replayed",
          schema: { type: "string", pattern: "^\\d{1,16}$" },
        },
      ],
      responses: { 200: textAnswer("text/event-stream", "Until the client disconnects"), default: problem },
    },
  },
  "/api/export/incident": {
    get: {
      operationId: "exportIncident",
      summary: "An incident file for `hostscope open`: the stored data of at most 24 hours (default: the last hour); admins only",
      tags: ["export"],
      parameters: parametersOf(incidentQuery),
      responses: {
        200: fileAnswer(["application/octet-stream"], "An incident file"),
        default: problem,
      },
    },
  },
  "/api/export/report": {
    get: {
      operationId: "exportReport",
      summary: "Generates a report and returns its file",
      tags: ["export"],
      parameters: parametersOf(reportQuery),
      responses: { 200: fileAnswer(Object.values(REPORT_TYPES), `JSON is as ${REPORT_SCHEMA} says`), default: problem },
    },
  },
  "/api/export/report/schema": {
    get: {
      operationId: "reportSchema",
      summary: "The JSON Schema of a JSON report",
      tags: ["export"],
      responses: {
        200: { description: "OK", content: { "application/json": { schema: { type: "object" } } } },
        default: problem,
      },
    },
  },
  "/api/export/data": {
    get: {
      operationId: "exportData",
      summary: "Streams stored metrics",
      tags: ["export"],
      parameters: parametersOf(dataQuery),
      responses: {
        200: fileAnswer(
          DATA_FORMATS.map((format) => DATA_TYPES[format].contentType),
          "One row per reading",
        ),
        default: problem,
      },
    },
  },
  "/api/export/reports/{id}": {
    get: {
      operationId: "exportStoredReport",
      summary: "The file of a saved report",
      tags: ["export"],
      parameters: [
        { name: "id", in: "path", required: true, schema: { type: "string" } },
        { name: "inline", in: "query", required: false, description: "1 shows HTML in the browser", schema: { type: "string" } },
      ],
      responses: { 200: fileAnswer(Object.values(REPORT_TYPES), "OK"), default: problem },
    },
  },
  "/api/openapi.json": {
    get: {
      operationId: "openapi",
      summary: "This document",
      tags: ["documents"],
      responses: {
        200: { description: "OK", content: { "application/json": { schema: { type: "object" } } } },
        304: { description: "Not modified" },
        default: problem,
      },
    },
  },
  "/api/docs": {
    get: {
      operationId: "docs",
      summary: "This document as a page",
      tags: ["documents"],
      responses: { 200: textAnswer("text/html", "A page that loads nothing from elsewhere"), default: problem },
    },
  },
  "/metrics": {
    get: {
      operationId: "prometheus",
      summary: "The newest sample for Prometheus: text 0.0.4, or OpenMetrics when Accept asks for it",
      tags: ["stream"],
      responses: {
        200: {
          description: "node_exporter's names where the meaning is the same, hostscope_ names otherwise",
          content: {
            "text/plain": { schema: { type: "string" } },
            "application/openmetrics-text": { schema: { type: "string" } },
          },
        },
        default: problem,
      },
    },
  },
};
