/** Response schemas of marks.ts. The OpenAPI document is generated from them. */
import { z } from "zod";
import { MARK_KINDS } from "~/domain/mark";
import { time } from "../response-fields";

export const mark = z
  .object({ id: z.string(), timestamp: time, kind: z.enum(MARK_KINDS), text: z.string() })
  .meta({ id: "Mark" });
