/** Addresses as the configuration takes them. */
import ipaddr from "ipaddr.js";
import { z } from "zod";

/** `root@localhost` is one too. */
export const mailAddress = z
  .string()
  .max(254)
  .regex(/^[^\s@<>"(),:;[\]\\]+@[^\s@<>"(),:;\\]+$/, "expected an address such as root@localhost");

/** `proxy.example.org` or an address, as in a Host header, without a port. */
export const hostText = z
  .string()
  .regex(/^(?:[A-Za-z0-9._-]+|[0-9a-fA-F:.]+)$/, "expected a host name or an address, without a port");

export const addressRange = z
  .string()
  .refine((text) => ipaddr.isValidCIDR(text) || ipaddr.isValid(text), "expected an address or a range such as 10.0.0.0/8");

/** `https://dash.example.org`: what a browser sends as Origin. */
export const origin = z
  .string()
  .refine(
    (text) => URL.canParse(text) && new URL(text).origin === text && text !== "null",
    "expected an origin such as https://dash.example.org, without a path",
  );

export const webAddress = z.url({ protocol: /^https?$/ });
