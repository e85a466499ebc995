export type ErrorCode =
  | "bad_request"
  | "unauthorized"
  | "forbidden"
  | "not_found"
  | "conflict"
  | "precondition_failed"
  | "too_large"
  | "rate_limited"
  | "unavailable"
  | "internal";

/** HTTP status, tRPC code, exit code and title of each error code. The only such table. */
export const ERROR_TABLE = {
  bad_request: { status: 400, trpc: "BAD_REQUEST", exitCode: 2, title: "Bad request" },
  unauthorized: { status: 401, trpc: "UNAUTHORIZED", exitCode: 4, title: "Log in first" },
  forbidden: { status: 403, trpc: "FORBIDDEN", exitCode: 4, title: "Not allowed" },
  not_found: { status: 404, trpc: "NOT_FOUND", exitCode: 5, title: "Not found" },
  conflict: { status: 409, trpc: "CONFLICT", exitCode: 1, title: "Conflict" },
  precondition_failed: { status: 412, trpc: "PRECONDITION_FAILED", exitCode: 1, title: "Changed in the meantime" },
  too_large: { status: 422, trpc: "UNPROCESSABLE_CONTENT", exitCode: 1, title: "Too large" },
  rate_limited: { status: 429, trpc: "TOO_MANY_REQUESTS", exitCode: 1, title: "Too many requests" },
  unavailable: { status: 503, trpc: "SERVICE_UNAVAILABLE", exitCode: 3, title: "Not available" },
  internal: { status: 500, trpc: "INTERNAL_SERVER_ERROR", exitCode: 1, title: "Internal error" },
} as const satisfies Record<ErrorCode, { status: number; trpc: string; exitCode: number; title: string }>;

/**
 * An error that a user can act on: `message` says what happened and what to do. All other errors are internal and expose no
 * details.
 */
export class AppError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly fields: readonly { parameter: string; detail: string }[] = [],
  ) {
    super(message);
    this.name = "AppError";
  }
}

/** Next keeps several copies of this module in one process, so our errors are recognized by name and not by class. */
export function isAppError(error: unknown): error is AppError {
  return error instanceof Error && error.name === "AppError" && (error as AppError).code in ERROR_TABLE;
}

/** Ends `start` with one line on stderr and a documented exit code. */
export class StartError extends Error {
  constructor(
    readonly exitCode: 64 | 65 | 69 | 70 | 73 | 78,
    message: string,
  ) {
    super(message);
    this.name = "StartError";
  }
}
