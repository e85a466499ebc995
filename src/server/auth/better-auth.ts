/** better-auth as it is used here: names and passwords, logins in the database, no sign-up, no mail. */
import { prismaAdapter } from "better-auth/adapters/prisma";
import { betterAuth } from "better-auth/minimal";
import { username } from "better-auth/plugins/username";
import { MAX_PASSWORD, MIN_PASSWORD, USER_NAME } from "~/domain/access";
import type { PrismaClient } from "../store/generated/client";

/** A login ends after so long, used or not. */
const LOGIN_SECONDS = 30 * 86_400;
/** The client's address as the front door knows it; set on our own way to better-auth only. */
export const CLIENT_HEADER = "x-hostscope-client";
/** better-auth wants to know an address of its own. What decides about origins is the front door. */
export const INTERNAL_ORIGIN = "http://hostscope.invalid";

export type BetterAuth = ReturnType<typeof createBetterAuth>;

/** `secure`: for clients that speak https. The cookie is another one there, so that neither can be planted over the other way. */
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
