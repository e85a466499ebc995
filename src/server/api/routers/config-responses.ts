/** Response schemas of config.ts. The OpenAPI document is generated from them. */
import { z } from "zod";
import { SETTING_KINDS, SETTING_SOURCES } from "~/domain/setting";
import { jsonValue } from "../response-fields";

export const config = z
  .object({
    etag: z.string(),
    mistakes: z.array(z.string()).meta({ description: "errors in the file as last saved, with file, line and column" }),
    settings: z.array(
      z.object({
        path: z.string(),
        kind: z.enum(SETTING_KINDS),
        title: z.string().nullable(),
        description: z.string(),
        choices: z.array(z.string()),
        minimum: z.number().nullable(),
        maximum: z.number().nullable(),
        value: jsonValue.meta({ description: "in effect; durations in seconds, sizes in bytes" }),
        written: jsonValue.meta({ description: "as in the file; null if it is not in there" }),
        default: jsonValue,
        source: z.enum(SETTING_SOURCES),
        live: z.boolean().meta({ description: "false if a change applies only after a restart" }),
        waiting: z.boolean().meta({ description: "the file says something else, which applies after a restart" }),
        editable: z.boolean().meta({ description: "false for settings that can only be set in the file" }),
      }),
    ),
  })
  .meta({ id: "Configuration" });

export const configText = z
  .object({
    text: z.string().nullable().meta({ description: "null while the file has an error" }),
  })
  .meta({ id: "ConfigurationText" });

export const configChange = z
  .object({
    etag: z.string(),
    restartNeeded: z.array(z.string()),
    passwordRemoved: z.boolean().meta({
      description: "the mail password was removed, because it is only sent to the server, port and user it was set for",
    }),
  })
  .meta({ id: "ConfigurationChange" });
