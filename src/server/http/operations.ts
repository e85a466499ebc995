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

/** Those of a path, one for each method. As OpenAPI has it, `/alerts/rules` comes before `/alerts/{id}`. */
export function operationsAt(path: string): Operation[] {
  const matching = OPERATIONS.filter(({ pattern }) => pattern.test(path));
  const least = Math.min(...matching.map(templates));
  return matching.filter((one) => templates(one) === least);
}
