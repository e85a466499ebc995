/** `notifications.<service>`: one block or a list of blocks for each service. */
import { z } from "zod";
import { SEVERITIES, type Severity } from "~/domain/alert";
import { severity } from "~/domain/alert.schema";
import { SERVICE_TITLES, SERVICES, type ServiceName } from "../notifiers/services";
import type { Service } from "../notifiers/services/service";

/** A block, with the options of its service as they are written. */
export interface ServiceBlock extends Record<string, unknown> {
  enabled: boolean;
  name?: string | undefined;
  severities: Severity[];
  public_only: boolean;
}

function blockSchema({ options, secrets }: Service): z.ZodType<ServiceBlock> {
  const isSecret = (key: string) => secrets.includes(key);
  const shape = Object.fromEntries(
    Object.entries(options).flatMap(([key, schema]): [string, z.ZodType][] =>
      isSecret(key)
        ? [
            [key, (schema as z.ZodType).optional()],
            [
              `${key}_file`,
              z
                .string()
                .optional()
                .meta({ description: `File that contains ${key}.`, examples: [`/run/secrets/${key}`] }),
            ],
          ]
        : [[key, schema as z.ZodType]],
    ),
  );
  const block = z.strictObject({
    enabled: z.boolean().default(true).describe("false: turned off."),
    name: z
      .string()
      .min(1)
      .max(100)
      .optional()
      .meta({ description: "Name in rules, tests and the log. Default: the name of the service.", examples: ["ops"] }),
    severities: z
      .array(severity)
      .default([...SEVERITIES])
      .describe("Severities that are sent."),
    public_only: z
      .boolean()
      .default(false)
      .describe("Never connect to a private address. Set by the server for addresses entered from another machine."),
    ...shape,
  });
  return block.superRefine((given, context) => {
    const { enabled, ...values } = given as Record<string, unknown>;
    if (enabled === false) return;
    for (const key of secrets) {
      const count = [values[key], values[`${key}_file`]].filter((value) => value !== undefined).length;
      const isRequired = !(options[key] as z.ZodType).safeParse(undefined).success;
      if (count > 1) context.addIssue({ code: "custom", path: [key], message: `give one of ${key} and ${key}_file` });
      if (count === 0 && isRequired)
        context.addIssue({ code: "custom", path: [key], message: `is missing: give ${key} or ${key}_file` });
    }
  }) as unknown as z.ZodType<ServiceBlock>;
}

/** One block or a list of blocks. A union would say of whatever is wrong in a block only that it is wrong. */
export function oneOrSeveral<Block extends z.ZodType>(block: Block) {
  const listed = (given: unknown) => (given === undefined ? [] : Array.isArray(given) ? given : [given]);
  return z.preprocess(listed, z.array(block).max(50)) as unknown as z.ZodDefault<z.ZodType<z.output<Block>[]>>;
}

export function serviceBlock(name: ServiceName): z.ZodType<ServiceBlock> {
  return blockSchema(SERVICES[name] as unknown as Service);
}

export const servicesShape = Object.fromEntries(
  (Object.keys(SERVICES) as ServiceName[]).map((name) => [
    name,
    oneOrSeveral(serviceBlock(name)).describe(`${SERVICE_TITLES[name]}; one block or a list.`),
  ]),
) as unknown as Record<ServiceName, z.ZodDefault<z.ZodType<ServiceBlock[]>>>;
