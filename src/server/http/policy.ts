/** The access policy as one list: every procedure with its REST form, and every route file. Tests check the server against it. */
import type { TokenRole } from "~/domain/access";
import { appRouter } from "../api/root";
import type { Meta, RestMeta } from "../api/trpc";
import { ROUTES, type Route } from "./routes";

export interface ProcedurePolicy {
  procedure: string;
  kind: "query" | "mutation";
  rest: RestMeta | undefined;
  /** Undefined only for a procedure built without viewerProcedure or adminProcedure, which would be a bug. */
  role: TokenRole | undefined;
  /** Needs a login on this machine too, where nothing else does. */
  login: boolean;
}

export function policyTable(): { procedures: ProcedurePolicy[]; routes: readonly Route[] } {
  const procedures = appRouter._def.procedures as unknown as Record<
    string,
    { _def: { meta?: Meta; type: "query" | "mutation" } }
  >;
  return {
    procedures: Object.entries(procedures).map(([procedure, { _def }]) => ({
      procedure,
      kind: _def.type,
      rest: _def.meta?.rest,
      role: _def.meta?.role,
      login: _def.meta?.login === true,
    })),
    routes: ROUTES,
  };
}
