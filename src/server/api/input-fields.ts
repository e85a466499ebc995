/** Fields that several procedures take. */
import { z } from "zod";

/** True or false; in an address also 1 or 0. */
export const flag = z
  .union([z.boolean(), z.enum(["0", "1", "true", "false"])])
  .transform((value) => value === true || value === "1" || value === "true");
