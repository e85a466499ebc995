/** Response schemas of config.ts. The OpenAPI document is generated from them. */
import { z } from "zod";
import { jsonValue } from "../response-fields";

export const config = z
  .object({
    etag: z.string(),
    mistakes: z.array(z.string()).meta({ description: "mistakes in the file as last saved, with file, line and column" }),
    settings: z.array(
      z.object({
        path: z.string(),
        value: jsonValue,
        written: jsonValue,
        default: jsonValue,
        source: z.enum(["default", "file", "environment", "flag"]),
        live: z.boolean(),
      }),
    ),
  })
  .meta({ id: "Configuration" });

export const configChange = z
  .object({
    etag: z.string(),
    restartNeeded: z.array(z.string()),
    passwordRemoved: z.boolean().meta({
      description: "the mail password was removed, because it is only sent to the server, port and user it was set for",
    }),
  })
  .meta({ id: "ConfigurationChange" });
