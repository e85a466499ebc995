/** The receivers of a configuration, and what forms for each kind of them ask. Pure. */
import { z } from "zod";
import type { Receiver, ReceiverField, ReceiverKind } from "~/domain/receiver";
import { Redactor } from "~/domain/redact";
import { SERVICE_TITLES, SERVICES, type ServiceName } from "../notifiers/services";
import { emailSchema, webhookSchema } from "./notifications-schema";
import type { Config } from "./schema";
import { withoutSecrets } from "./secrets";
import { serviceBlock } from "./services-schema";

/** Only the file may have these. */
const isFileOnly = (key: string) => key === "public_only" || key.endsWith("_file");

const LONG = 1000;

interface Property {
  type?: string;
  enum?: string[];
  maxLength?: number;
  default?: unknown;
  items?: Property;
}

function kindOf({ type, enum: choices, maxLength = 0, items }: Property): ReceiverField["kind"] {
  if (choices) return "choice";
  if (type === "array") return items?.enum ? "choices" : "names";
  if (type === "object") return "pairs";
  if (type === "integer") return "number";
  return maxLength > LONG ? "long" : "text";
}

function fieldsOf(schema: z.ZodType, secrets: readonly string[], needed: readonly string[] = []): ReceiverField[] {
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return Object.entries(properties as Record<string, Property>)
    .filter(([key]) => key !== "enabled" && !isFileOnly(key))
    .map(([key, property]) => ({
      key,
      kind: secrets.includes(key) ? "secret" : kindOf(property),
      required: required.includes(key) || needed.includes(key),
      choices: property.enum ?? property.items?.enum ?? [],
      default: property.default ?? null,
    }));
}

export function receiverKinds(): ReceiverKind[] {
  const services = (Object.keys(SERVICES) as ServiceName[]).map((kind): ReceiverKind => {
    const { options, secrets } = SERVICES[kind];
    const needed = secrets.filter((key) => !(options as Record<string, z.ZodType>)[key]?.safeParse(undefined).success);
    return { kind, title: SERVICE_TITLES[kind], fields: fieldsOf(serviceBlock(kind), secrets, needed) };
  });
  services.sort((a, b) => a.title.localeCompare(b.title, "en"));
  return [
    { kind: "email", title: "Mail", fields: fieldsOf(emailSchema, ["password"]) },
    { kind: "webhook", title: "Webhook", fields: fieldsOf(webhookSchema, ["url", "secret"], ["url"]) },
    ...services,
  ];
}

/** What rules, tests and the log call one of `count` receivers of a kind. */
export function receiverName(kind: string, { index, count, name }: { index: number; count: number; name?: unknown }): string {
  return typeof name === "string" ? name : count === 1 ? kind : `${kind} ${index + 1}`;
}

type Block = Record<string, unknown> & { enabled: boolean };

/** All of them but programs, which only the file names. */
export function receiversOf({ notifications, security }: Config): Receiver[] {
  const redactor = new Redactor(security.redact_arguments);
  const receiver = (kind: string, index: number | null, block: Block, count: number): Receiver => {
    const { enabled, ...values } = block;
    const path = ["notifications", kind, ...(index === null ? [] : [index])];
    const shown = Object.entries(values).filter(([key, value]) => value !== undefined && key !== "public_only");
    return {
      kind,
      index,
      name: receiverName(kind, { index: index ?? 0, count, name: block.name }),
      enabled,
      values: Object.fromEntries(shown.map(([key, value]) => [key, withoutSecrets(value, [...path, key], redactor)])),
    };
  };
  const { email } = notifications;
  return [
    ...(email ? [receiver("email", null, email, 1)] : []),
    ...(["webhook", ...Object.keys(SERVICES)] as const).flatMap((kind) => {
      const blocks = notifications[kind as ServiceName | "webhook"] as Block[];
      return blocks.map((block, index) => receiver(kind, index, block, blocks.length));
    }),
  ];
}
