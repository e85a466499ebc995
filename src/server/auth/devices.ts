/** Devices that a user has logged in from: a signed cookie, so that strangers' wrong tries never shut the user out there. */
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { PrismaClient } from "../store/generated/client";

const DEVICE = /^[\w-]{22}$/;

export class Devices {
  constructor(
    private readonly prisma: PrismaClient,
    private readonly secret: string,
  ) {}

  /** The cookie's value for a new device of a user. It is worth nothing after the password has changed. */
  async make(user: string): Promise<string> {
    const id = randomBytes(16).toString("base64url");
    return `${id}.${this.sign(user, id, await this.password(user)).toString("base64url")}`;
  }

  /** The id of the device if the value was made for this user and this password, else null. */
  async verify(user: string, value: string | undefined): Promise<string | null> {
    const [id = "", signature = ""] = (value ?? "").split(".");
    if (!DEVICE.test(id)) return null;
    const password = await this.password(user);
    if (password === "") return null;
    const given = Buffer.from(signature, "base64url");
    const right = this.sign(user, id, password);
    return given.length === right.length && timingSafeEqual(given, right) ? id : null;
  }

  private sign(user: string, id: string, password: string): Buffer {
    return createHmac("sha256", this.secret).update(`device\n${user.toLowerCase()}\n${id}\n${password}`).digest();
  }

  /** The hash of the user's password; "" for an unknown user. */
  private async password(user: string): Promise<string> {
    const account = await this.prisma.account.findFirst({
      where: { providerId: "credential", user: { username: user.toLowerCase() } },
      select: { password: true },
    });
    return account?.password ?? "";
  }
}
