/** Devices that a user has logged in from: a signed cookie, so that strangers' wrong tries never shut the user out there. */
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

const DEVICE = /^[\w-]{22}$/;

export class Devices {
  constructor(private readonly secret: string) {}

  /** The cookie's value for a new device of a user. */
  make(user: string): string {
    const id = randomBytes(16).toString("base64url");
    return `${id}.${this.sign(user, id).toString("base64url")}`;
  }

  /** The id of the device if the value was made for this user, else null. */
  verify(user: string, value: string | undefined): string | null {
    const [id = "", signature = ""] = (value ?? "").split(".");
    if (!DEVICE.test(id)) return null;
    const given = Buffer.from(signature, "base64url");
    const right = this.sign(user, id);
    return given.length === right.length && timingSafeEqual(given, right) ? id : null;
  }

  private sign(user: string, id: string): Buffer {
    return createHmac("sha256", this.secret).update(`device\n${user.toLowerCase()}\n${id}`).digest();
  }
}
