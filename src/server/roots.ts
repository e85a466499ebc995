/** Where the machine's files are. In a container those of the host are mounted elsewhere; a recorded host is a folder of files. */
import { existsSync, readFileSync } from "node:fs";

export interface Roots {
  proc: string;
  sys: string;
  /**
   * Folder at which the host's root is mounted, without a slash at its end: "" when it is ours. Without it only /proc and /sys are
   * known, as of a recorded host, and what the host keeps in /run, /etc and /var is not read.
   */
  host?: string;
  /** The mounts of this machine are those of process 1: the unit of a service changes the ones that the service sees. */
  mountsOfInit?: boolean;
}

/**
 * `HOSTSCOPE_HOST_ROOT`, `HOSTSCOPE_PROC_ROOT` and `HOSTSCOPE_SYS_ROOT`; the more exact ones win. `/` as the host's root is this machine,
 * as process 1 sees it.
 */
export function rootsOf(given: { host?: string | undefined; proc?: string | undefined; sys?: string | undefined }): Roots {
  const host = given.host?.replace(/\/+$/, "");
  const isOurs = host === undefined && given.proc === undefined;
  return {
    proc: given.proc ?? `${host ?? ""}/proc`,
    sys: given.sys ?? `${host ?? ""}/sys`,
    ...(host === undefined && !isOurs ? {} : { host: host ?? "" }),
    ...(host === "" && { mountsOfInit: true }),
  };
}

/** Where a file of the host is, such as /etc/passwd; null when only its /proc and /sys are known. */
export function hostPath({ host }: Roots, path: string): string | null {
  return host === undefined ? null : host + path;
}

/** Its text; null when it is not there, may not be read, or is not known. */
export function hostText(roots: Roots, path: string): string | null {
  const place = hostPath(roots, path);
  try {
    return place === null ? null : readFileSync(place, "utf8");
  } catch {
    return null;
  }
}

/** /etc/passwd of the host; of a recorded host ours, which is as good as any. */
export function passwdText(roots: Roots): string {
  return hostText({ ...roots, host: roots.host ?? "" }, "/etc/passwd") ?? "";
}

/**
 * The folder of process 1, or our own: /proc/net and /proc/self are those of the reader, so beside a host's /proc in a container they tell
 * of the container.
 */
export function ofHost({ proc, host, mountsOfInit }: Roots, name: "net" | "ns/net" | "mountinfo"): string {
  const isElsewhere = (host !== undefined && host !== "") || (mountsOfInit === true && name === "mountinfo");
  if (isElsewhere && existsSync(`${proc}/1/${name}`)) return `${proc}/1/${name}`;
  return name === "net" ? `${proc}/net` : `${proc}/self/${name}`;
}
