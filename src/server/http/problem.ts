import type { AppError } from "~/domain/errors";
import { ERROR_TABLE } from "~/domain/errors";
import { problemInstance, REQUEST_ID_HEADER } from "./request-id";

export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  errors?: { parameter: string; detail: string }[];
}

/** RFC 9457. The type is a URN, not a URL to look up. */
export function problemOf(error: AppError): Problem {
  const { status, title } = ERROR_TABLE[error.code];
  return {
    type: `urn:hostscope:problem:${error.code}`,
    title,
    status,
    detail: error.message,
    ...(error.fields.length > 0 && { errors: [...error.fields] }),
  };
}

/** The answer to a verb that a path does not take; `methods` are those that it does. */
export function methodNotAllowed(request: Request, methods: Iterable<string>, allow: string): Response {
  const problem = {
    type: "urn:hostscope:problem:method_not_allowed",
    title: "Method not allowed",
    status: 405,
    detail: `Use ${[...methods].join(" or ")}.`,
  };
  return problemResponse(problem, request, { allow });
}

/** `instance` is the request id, which is also in the response's header. */
export function problemResponse(problem: Problem, request: Request, headers: Record<string, string> = {}): Response {
  const id = request.headers.get(REQUEST_ID_HEADER);
  return new Response(JSON.stringify({ ...problem, ...(id !== null && { instance: problemInstance(id) }) }), {
    status: problem.status,
    headers: { "content-type": "application/problem+json", "cache-control": "no-store", ...headers },
  });
}
