import type { AppError } from "~/domain/errors";
import { ERROR_TABLE } from "~/domain/errors";

export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  errors?: { parameter: string; detail: string }[];
}

/** RFC 9457. The type is a name, not an address: nothing outside is needed to understand it. */
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

export function problemResponse(problem: Problem, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: { "content-type": "application/problem+json", "cache-control": "no-store", ...headers },
  });
}
