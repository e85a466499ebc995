/** Configures better-auth: names and passwords, logins in the database, no sign-up, no mail. */
import { prismaAdapter } from "better-auth/adapters/prisma";
import { betterAuth } from "better-auth/minimal";
import { username } from "better-auth/plugins/username";
import { MAX_PASSWORD, MIN_PASSWORD, USER_NAME } from "~/domain/access";
import type { PrismaClient } from "../store/generated/client";

/** A login ends after this long, used or not. */
const LOGIN_SECONDS = 30 * 86_400;
/** Carries the client's address, as the front door knows it. Only our own calls to better-auth set it. */
export const CLIENT_HEADER = "x-hostscope-client";
/** better-auth requires a base URL. The front door decides about origins. */
export const INTERNAL_ORIGIN = "http://hostscope.invalid";

export type BetterAuth = ReturnType<typeof createBetterAuth>;

/** `secure`: for https clients. Their cookie has another name, so that neither can be planted over the other protocol. */
export function createBetterAuth(prisma: PrismaClient, { secret, secure }: { secret: string; secure: boolean }) {
  return betterAuth({
    appName: "Hostscope",
    baseURL: INTERNAL_ORIGIN,
    secret,
    database: prismaAdapter(prisma, { provider: "sqlite" }),
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: MIN_PASSWORD,
      maxPasswordLength: MAX_PASSWORD,
    },
    user: { additionalFields: { role: { type: "string", input: false, required: true, defaultValue: "viewer" } } },
    session: { expiresIn: LOGIN_SECONDS, disableSessionRefresh: true, cookieCache: { enabled: false } },
    plugins: [username({ minUsernameLength: 1, maxUsernameLength: 64, usernameValidator: (name) => USER_NAME.test(name) })],
    advanced: {
      useSecureCookies: false,
      cookies: {
        session_token: {
          name: secure ? "__Host-hostscope" : "hostscope",
          attributes: { secure, httpOnly: true, sameSite: "lax", path: "/" },
        },
      },
      ipAddress: { ipAddressHeaders: [CLIENT_HEADER] },
      disableOriginCheck: true,
      disableCSRFCheck: true,
    },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { disabled: true },
  });
}
