/** What has a route of its own and no procedure: the stream, the document itself, its page and what Prometheus scrapes. */
import type { OpenApiDocument } from "./openapi";

const problem = { $ref: "#/components/responses/Problem" };

function textAnswer(type: string, description: string) {
  return { description, content: { [type]: { schema: { type: "string" } } } };
}

export const EXTRA_PATHS: OpenApiDocument["paths"] = {
  "/api/stream": {
    get: {
      operationId: "stream",
      summary:
        "Live data as server-sent events: `snapshot` first, then `sample` and `top` each tick, `alert`, and `status` with monitoring, health and a new `mark`",
      tags: ["stream"],
      parameters: [
        {
          name: "lastEventId",
          in: "query",
          required: false,
          description: "the id of the last event seen, as the header Last-Event-ID: up to 300 ticks are sent again",
          schema: { type: "string", pattern: "^\\d{1,16}$" },
        },
      ],
      responses: { 200: textAnswer("text/event-stream", "Until the client goes away"), default: problem },
    },
  },
  "/api/openapi.json": {
    get: {
      operationId: "openapi",
      summary: "This document",
      tags: ["documents"],
      responses: {
        200: { description: "OK", content: { "application/json": { schema: { type: "object" } } } },
        304: { description: "What If-None-Match names is still so" },
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
          description: "node_exporter's names where the meaning is the same, hostscope_ beside",
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
