/** What a notification service is: options in the configuration, and a pure function from a message to HTTP requests. */
import type { z } from "zod";
import type { AlertMessage } from "../notifier";

export interface ServiceRequest {
  method: "GET" | "POST" | "PUT";
  url: string;
  headers: Record<string, string>;
  body: string;
}

export interface Service<Shape extends z.ZodRawShape = z.ZodRawShape> {
  /** Its keys in the configuration, beside name, enabled and severities. */
  options: Shape;
  /** Keys that are secret: each may be given as `..._file` too. */
  secrets: readonly (string & keyof Shape)[];
  /** `key` stays the same when a message is sent again. One request, or one for each alert where the service wants it so. */
  requests(message: AlertMessage, options: z.output<z.ZodObject<Shape>>, key: string): ServiceRequest[];
}

export function service<Shape extends z.ZodRawShape>(definition: Service<Shape>): Service<Shape> {
  return definition;
}

export function jsonRequest(url: string, body: unknown, headers: Record<string, string> = {}): ServiceRequest {
  return { method: "POST", url, headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body) };
}

/** `base` without a slash at its end, and a path. */
export function joined(base: string, path: string): string {
  return `${base.replace(/\/+$/, "")}/${path}`;
}
