/**
 * Whether requests from this machine may do without a login. A proxy that hides its clients makes strangers look like this machine; once
 * one was seen, everybody has to log in, after a restart too, until somebody deletes the file that says so.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const FILE = "login-required";

export class OpenMode {
  readonly path: string;
  private closed: boolean;

  /** `onClose` is told the host that the pages were opened at. */
  constructor(
    dataDir: string,
    private readonly onClose: (host: string, notKept: unknown) => void,
  ) {
    this.path = join(dataDir, FILE);
    this.closed = isFile(this.path);
  }

  isClosed(): boolean {
    return this.closed;
  }

  close(host: string): void {
    if (this.closed) return;
    this.closed = true;
    let notKept: unknown = null;
    try {
      const why = `The pages were opened at ${JSON.stringify(host)} through a proxy that sends neither this name nor X-Forwarded-For.`;
      writeFileSync(this.path, `${why}\nEveryone has to log in until this file is deleted and Hostscope is restarted.\n`);
    } catch (error) {
      notKept = error;
    }
    this.onClose(host, notKept);
  }
}

/** True too when the file is there and cannot be read. */
function isFile(path: string): boolean {
  try {
    readFileSync(path);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ENOENT";
  }
}
