/**
 * Tells systemd that the service is ready, and that it goes on: sd_notify(3) by systemd's own program, since Node has no datagram
 * sockets in the file system.
 */
import { spawn } from "node:child_process";
import type { Environment } from "../env";

type Send = (...messages: string[]) => void;

function sendWith(onError: (error: Error) => void): Send {
  return (...messages) => {
    const child = spawn("systemd-notify", messages, { stdio: "ignore" });
    child.once("error", onError);
  };
}

export interface ServiceManager {
  /** Call when requests are answered. */
  ready(): void;
  stopping(): void;
}

/** Says nothing where systemd has not started the program. That it goes on is said twice within the time that systemd waits for it. */
export function serviceManager(
  { notifySocket, watchdogUsec }: Pick<Environment, "notifySocket" | "watchdogUsec">,
  onError: (error: Error) => void,
  send: Send = sendWith(onError),
): ServiceManager {
  if (notifySocket === undefined) return { ready: () => {}, stopping: () => {} };
  let timer: NodeJS.Timeout | undefined;
  return {
    ready: () => {
      send("READY=1");
      if (watchdogUsec !== undefined) timer = setInterval(() => send("WATCHDOG=1"), watchdogUsec / 2000).unref();
    },
    stopping: () => {
      clearInterval(timer);
      send("STOPPING=1");
    },
  };
}
