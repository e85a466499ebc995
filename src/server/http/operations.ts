/** Lists the procedures with a REST form. rest.ts serves them and openapi.ts documents them. */
import type { z } from "zod";
import { appRouter } from "../api/root";
import type { RestMeta } from "../api/trpc";

export interface Operation extends RestMeta {
  /** For example `metrics.history`. */
  procedure: string;
  pattern: RegExp;
  /** Undefined when the procedure takes no input. */
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

const templates = ({ path }: Operation) => path.split("{").length;

/** Those that a path fits, the most literal first: for each method `/alerts/rules` comes before `/alerts/{id}`, as OpenAPI has it. */
export function operationsAt(path: string): Operation[] {
  return OPERATIONS.filter(({ pattern }) => pattern.test(path)).sort((a, b) => templates(a) - templates(b));
}
