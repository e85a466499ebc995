/** `remote_write` and `fleet`: engines that speak Prometheus' protocols. Keys are called as in prometheus.yml. */
import { z } from "zod";
import { duration } from "~/domain/quantity.schema";
import { webAddress } from "./addresses";

const secretFile = (of: string, example: string) =>
  z
    .string()
    .optional()
    .meta({ description: `File that contains ${of}.`, examples: [example] });

const atMostOne = (first: string, second: string) => ({
  check: (block: Record<string, unknown>) => block[first] === undefined || block[second] === undefined,
  message: `give one of ${first} and ${second}`,
});

function oneOf<Schema extends z.ZodObject>(schema: Schema, first: string, second: string) {
  const { check, message } = atMostOne(first, second);
  return schema.refine((block) => check(block as Record<string, unknown>), message);
}

/** How to connect and log in. */
const connectionShape = {
  basic_auth: oneOf(
    z.strictObject({
      username: z.string().meta({ description: "User name.", examples: ["hostscope"] }),
      password: z.string().optional().describe("Password."),
      password_file: secretFile("the password", "/run/secrets/engine"),
    }),
    "password",
    "password_file",
  )
    .optional()
    .describe("HTTP basic authentication."),
  authorization: oneOf(
    z.strictObject({
      type: z.string().max(50).default("Bearer").describe("Type of the Authorization header."),
      credentials: z.string().optional().describe("What follows the type."),
      credentials_file: secretFile("the credentials", "/run/secrets/engine"),
    }),
    "credentials",
    "credentials_file",
  )
    .optional()
    .describe("The Authorization header."),
  bearer_token_file: secretFile("a bearer token", "/run/secrets/token"),
  headers: z
    .record(z.string().regex(/^[\w-]{1,100}$/, "expected the name of a header"), z.string().max(4000))
    .default({})
    .meta({ description: "Additional headers.", examples: [{ "X-Scope-OrgID": "team-1" }] }),
  tls_config: z
    .strictObject({
      ca_file: z
        .string()
        .optional()
        .meta({ description: "CA certificates to trust.", examples: ["/etc/ssl/engine-ca.pem"] }),
      cert_file: z.string().optional().describe("Client certificate."),
      key_file: z.string().optional().describe("Key of the client certificate."),
      server_name: z.string().optional().describe("Name that the engine's certificate is checked against."),
      insecure_skip_verify: z.boolean().default(false).describe("Accept any certificate."),
    })
    .optional()
    .describe("TLS."),
};

function isSingleLogin(block: { basic_auth?: unknown; authorization?: unknown; bearer_token_file?: unknown }): boolean {
  return [block.basic_auth, block.authorization, block.bearer_token_file].filter((one) => one !== undefined).length <= 1;
}

const SINGLE_LOGIN = "give only one of basic_auth, authorization and bearer_token_file";
const labelName = z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]{0,99}$/, "expected the name of a label such as env");
const wholeSeconds = (least: number, most: number, text: string) =>
  duration.refine((seconds) => Number.isInteger(seconds) && seconds >= least && seconds <= most, text);

const writeTarget = z
  .strictObject({
    name: z
      .string()
      .min(1)
      .max(100)
      .optional()
      .meta({ description: "Name in health and in the log. Default: the host of the URL.", examples: ["engine-a"] }),
    url: webAddress.meta({
      description: "URL that samples are written to with remote write 1.0.",
      examples: ["http://127.0.0.1:8428/api/v1/write"],
    }),
    ...connectionShape,
    external_labels: z
      .record(labelName, z.string().max(1000))
      .default({})
      .meta({
        description: "Labels added to every series. By default, instance is the host name and job is hostscope.",
        examples: [{ env: "live" }],
      }),
    interval: wholeSeconds(1, 3600, "expected whole seconds from 1 to 3600")
      .default(10)
      .describe("Time between two samples that are written."),
    metrics: z
      .array(z.string().min(1).max(200))
      .max(1000)
      .default(["*"])
      .meta({
        description: "Names of the metrics to write, as at /metrics; * matches anything, and a leading ! excludes names.",
        examples: [["node_*", "!node_netstat_*"]],
      }),
    out_of_order: z
      .boolean()
      .default(false)
      .describe(
        "The engine accepts samples out of order (VictoriaMetrics; Prometheus with out_of_order_time_window): missed samples are written alongside live ones, not before them.",
      ),
  })
  .refine(isSingleLogin, SINGLE_LOGIN);

export const remoteWriteSchema = z
  .array(writeTarget)
  .max(10)
  .refine((targets) => new Set(targets.map(targetName)).size === targets.length, "two targets have the same name")
  .default([])
  .describe("Engines (VictoriaMetrics, Prometheus, Mimir and others) that this machine writes its samples to.");

export type WriteTarget = z.output<typeof writeTarget>;

/** What a target is called: by its name, or by where it is. */
export function targetName({ name, url }: Pick<WriteTarget, "name" | "url">): string {
  if (name !== undefined) return name;
  const { host, pathname } = new URL(url);
  return `${host}${pathname === "/" ? "" : pathname}`;
}

export const fleetSchema = z
  .strictObject({
    query_url: webAddress.meta({
      description: "URL of the engine's query API, without /api/v1/query.",
      examples: ["http://127.0.0.1:8428"],
    }),
    ...connectionShape,
    labels: z
      .array(labelName)
      .max(20)
      .default([])
      .meta({ description: "Labels that machines can be grouped by.", examples: [["env", "region"]] }),
    silent_after: wholeSeconds(30, 86_400, "expected whole seconds from 30s to 1d")
      .default(120)
      .describe("How long a machine may write nothing before it counts as silent."),
  })
  .refine(isSingleLogin, SINGLE_LOGIN)
  .optional()
  .describe("The engine that all machines write to; the Machines page reads it.");

export type FleetConfig = NonNullable<z.output<typeof fleetSchema>>;
/** How to connect to an engine. */
export type EngineConnection = Pick<WriteTarget, "basic_auth" | "authorization" | "bearer_token_file" | "headers" | "tls_config">;
