/** Response schemas of access.ts. The OpenAPI document is generated from them. */
import { z } from "zod";
import { ROLES, TOKEN_ROLES } from "~/domain/access";
import { jsonValue } from "../response-fields";

const time = z.string().meta({ format: "date-time" });
const role = z.enum(ROLES);

export const me = z
  .object({
    role: z.enum(TOKEN_ROLES),
    name: z.string(),
    kind: z.enum(["local", "user", "token"]),
    open: z.boolean(),
    address: z.string(),
    privateTargets: z.boolean().meta({ description: "may set webhooks and mail servers on private networks" }),
  })
  .meta({ id: "Me" });

export const user = z.object({ name: z.string(), role, createdAt: time }).meta({ id: "User" });
export const users = z.object({ users: z.array(user) });

export const sessions = z.object({
  sessions: z.array(
    z
      .object({
        id: z.string(),
        user: z.string(),
        address: z.string(),
        userAgent: z.string(),
        current: z.boolean(),
        createdAt: time,
        lastUsedAt: time,
        expiresAt: time,
      })
      .meta({ id: "Session" }),
  ),
});

const token = {
  id: z.string(),
  name: z.string(),
  role: z.enum(TOKEN_ROLES),
  createdBy: z.string(),
  createdAt: time,
  lastUsedAt: time.nullable(),
  expiresAt: time.nullable(),
};

export const tokens = z.object({ tokens: z.array(z.object(token).meta({ id: "Token" })) });
export const newToken = z.object({ ...token, token: z.string().meta({ description: "not stored" }) }).meta({ id: "NewToken" });

export const audit = z.object({
  entries: z.array(
    z
      .object({
        at: time,
        actor: z.string(),
        address: z.string(),
        action: z.string(),
        target: z.string(),
        result: z.string(),
        changes: z
          .array(z.object({ what: z.string(), from: jsonValue, to: jsonValue }))
          .meta({ description: "what changed, without secrets; null for what did not exist before or does not exist any more" }),
      })
      .meta({ id: "AuditEntry" }),
  ),
  page: z.object({
    limit: z.number(),
    more: z.boolean(),
    next: z.string().nullable().meta({ description: "`cursor` of the next page" }),
  }),
});
