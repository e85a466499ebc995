/** Every procedure that has a REST form, as rest.ts serves and openapi.ts describes it. */
import type { z } from "zod";
import { appRouter } from "../api/root";
import type { RestMeta } from "../api/trpc";

export interface Operation extends RestMeta {
  /** The procedure's name, `metrics.history`. */
  procedure: string;
  pattern: RegExp;
  /** Undefined when it takes none. */
  input: z.ZodType | undefined;
  answer: z.ZodType | undefined;
}

interface ProcedureDefinition {
  _def: { meta?: { rest?: RestMeta }; inputs: readonly z.ZodType[]; output?: { schema?: z.ZodType } };
}

function listOperations(): Operation[] {
  const procedures = appRouter._def.procedures as unknown as Record<string, ProcedureDefinition>;
  return Object.entries(procedures).flatMap(([procedure, { _def }]) => {
    const { rest } = _def.meta ?? {};
    if (!rest) return [];
    const pattern = new RegExp(`^${rest.path.replace(/\{(\w+)\}/g, "(?<$1>[^/]+)")}$`);
    return [{ ...rest, procedure, pattern, input: _def.inputs[0], answer: _def.output?.schema }];
  });
}

/** In the order of the routers. */
export const OPERATIONS: readonly Operation[] = listOperations();
