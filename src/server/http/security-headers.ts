/** Headers of every response, including those to requests that Node cannot parse. */
import { STATUS_CODES } from "node:http";

export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
};

/** For responses that the browser has nothing to load or run for. */
export const NOTHING_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export const HSTS = "max-age=31536000";

/**
 * Scripts need this response's nonce. Styles need it too, unless they come from this origin. Nothing loads from other origins.
 * Charts set inline style attributes.
 */
export function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'`,
    `style-src 'self' 'nonce-${nonce}'`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}

/** A raw HTTP response, for requests that Node creates no response object for. */
export function rawProblem(status: number, detail: string): string {
  const title = STATUS_CODES[status] ?? "Refused";
  const body = JSON.stringify({ type: "about:blank", title, status, detail });
  const headers = {
    ...SECURITY_HEADERS,
    "Content-Security-Policy": NOTHING_POLICY,
    "Cache-Control": "no-store",
    "Content-Type": "application/problem+json",
    "Content-Length": String(Buffer.byteLength(body)),
    Connection: "close",
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${title}\r\n${lines.join("")}\r\n${body}`;
}
