/**
 * What each route file serves. Next calls it through the file that exports it; a headless server through headless.ts. Whoever may come in
 * was decided by the front door.
 */
import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { AppError } from "~/domain/errors";
import { reportJsonSchema } from "~/domain/report.schema";
import { appRouter } from "../api/root";
import { getRuntime, type Runtime } from "../runtime";
import { ACCESS_HEADER, callerFrom, machineFrom, readAccessHeader, roleFrom, runtimeOf } from "./access";
import { serveAcknowledge } from "./acknowledge-page";
import { jsonResponse } from "./answer";
import { serveAuth } from "./auth-route";
import { docsPage } from "./docs-page";
import { serveDocumentation } from "./documentation";
import { answerDownload } from "./download";
import { eventStreamOf } from "./event-stream";
import { serveData } from "./export-data";
import { serveIncident } from "./export-incident";
import { serveReport, serveStoredReport } from "./export-report";
import { inTurn } from "./heavy-answers";
import { openApiDocument } from "./openapi";
import { problemOf, problemResponse } from "./problem";
import { REQUEST_ID_HEADER } from "./request-id";
import { serveRest, toAppError } from "./rest";
import { withoutBase } from "./routes";
import { scrape } from "./scrape";

/** A page asks for a few dozen charts at once. */
const MOST_CELLS_OF_BATCH = 300_000;

function forbidden(request: Request): Response {
  return problemResponse(problemOf(new AppError("forbidden", "Requests must come through the front door.")), request);
}

/** Next leaves the path that its pages are below in the URL. */
function below(prefix: string, request: Request): string {
  const { pathname } = new URL(request.url);
  const { basePath } = getRuntime();
  return withoutBase(pathname, basePath).slice(prefix.length);
}

/** The runtime of the machine that a request is about, or why there is none. */
async function runtimeFor(request: Request): Promise<Runtime | Response> {
  const here = getRuntime();
  const machine = machineFrom(request.headers);
  if (machine === null) return here;
  if (roleFrom(request.headers.get(ACCESS_HEADER), here.accessSecret) === null) return forbidden(request);
  try {
    return await runtimeOf(machine);
  } catch (error) {
    return problemResponse(problemOf(toAppError(error, here.log)), request);
  }
}

/** Every REST operation; calls the tRPC procedure with that path. */
export async function rest(request: Request): Promise<Response> {
  const found = await runtimeFor(request);
  if (found instanceof Response) return found;
  return inTurn(request, found, () => serveRest(request, below("/api", request), found));
}

/** Logging in and out. */
export function auth(request: Request): Promise<Response> {
  return serveAuth(request, below("/api/auth", request), getRuntime());
}

export async function trpc(request: Request): Promise<Response> {
  const runtime = await runtimeFor(request);
  if (runtime instanceof Response) return runtime;
  const caller = callerFrom(request.headers.get(ACCESS_HEADER), runtime.accessSecret);
  if (caller === null) return forbidden(request);
  const answer = () =>
    fetchRequestHandler({
      endpoint: "/api/trpc",
      req: request,
      router: appRouter,
      createContext: () => ({
        runtime,
        ...caller,
        budget: { cells: MOST_CELLS_OF_BATCH },
        requestId: request.headers.get(REQUEST_ID_HEADER) ?? undefined,
      }),
    });
  return inTurn(request, runtime, answer);
}

/** GET /api/stream: a snapshot, then one server-sent event per tick, until the client disconnects. */
export async function stream(request: Request): Promise<Response> {
  const runtime = await runtimeFor(request);
  if (runtime instanceof Response) return runtime;
  const caller = callerFrom(request.headers.get(ACCESS_HEADER), runtime.accessSecret);
  if (caller === null) return forbidden(request);
  const last = request.headers.get("last-event-id") ?? new URL(request.url).searchParams.get("lastEventId");
  const after = last !== null && /^\d{1,16}$/.test(last) ? Number(last) : null;
  return eventStreamOf(runtime, caller).open(request.signal, after);
}

/** GET /metrics, for Prometheus. */
export function metrics(request: Request): Response {
  const runtime = getRuntime();
  if (roleFrom(request.headers.get(ACCESS_HEADER), runtime.accessSecret) === null) return forbidden(request);
  return scrape(request, runtime, runtime.now());
}

/** GET /api/docs: the OpenAPI document as a web page. */
export function docs(request: Request): Response {
  const runtime = getRuntime();
  const passed = readAccessHeader(request.headers.get(ACCESS_HEADER), runtime.accessSecret);
  if (passed === null || passed.role === null) return forbidden(request);
  // The front door put a nonce for this response into the header.
  const nonce = /'nonce-([^']+)'/.exec(request.headers.get("content-security-policy") ?? "")?.[1] ?? "";
  const { host } = new URL(request.url);
  const page = docsPage(openApiDocument(runtime.version), {
    nonce,
    origin: `${passed.secure ? "https" : "http"}://${request.headers.get("host") ?? host}${getRuntime().basePath}`,
  });
  return new Response(page, { headers: { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" } });
}

/** GET /docs and /docs/PAGE: the documentation. */
export function documentation(request: Request): Promise<Response> | Response {
  const runtime = getRuntime();
  if (roleFrom(request.headers.get(ACCESS_HEADER), runtime.accessSecret) === null) return forbidden(request);
  return serveDocumentation(request, below("/docs", request), runtime);
}

/** What a link in a message opens. */
export const acknowledge = (request: Request): Promise<Response> => serveAcknowledge(request, getRuntime());

/** GET /api/openapi.json: every REST operation, generated from the schemas that validate them. */
export function openApi(request: Request): Response {
  const runtime = getRuntime();
  if (roleFrom(request.headers.get(ACCESS_HEADER), runtime.accessSecret) === null) return forbidden(request);
  return jsonResponse(openApiDocument(runtime.version), request, { stable: true });
}

/** GET /api/export/data: stored readings as a stream. */
export const exportData = (request: Request): Promise<Response> => serveData(request, getRuntime());

/** GET /api/export/incident: what is stored of a stretch, as one file. */
export const exportIncident = (request: Request): Promise<Response> => serveIncident(request, getRuntime());

/** GET /api/export/report: makes a report of a period and returns it as a file. */
export const exportReport = (request: Request): Promise<Response> => serveReport(request, getRuntime());

/** GET /api/export/report/schema: JSON Schema of a JSON report. */
export function reportSchema(request: Request): Promise<Response> {
  return answerDownload(request, getRuntime(), async () => jsonResponse(reportJsonSchema(), request, { stable: true }));
}

/** GET /api/export/reports/{id}: a stored report. */
export function storedReport(request: Request): Promise<Response> {
  return serveStoredReport(request, getRuntime(), decodeURIComponent(below("/api/export/reports/", request)));
}
