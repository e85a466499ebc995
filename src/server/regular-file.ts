import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { AppError } from "~/domain/errors";

/**
 * Reads a file that somebody else named or wrote. Never waits: a pipe or a device, whose open or read could block the event loop for
 * ever, is refused, and so is a file above `mostBytes`, also one that grows while it is read.
 */
export function readRegularFile(path: string, mostBytes: number): string {
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (!fstatSync(file).isFile()) throw new AppError("bad_request", `${path} is not a regular file.`);
    const buffer = Buffer.allocUnsafe(mostBytes + 1);
    let length = 0;
    for (let got = -1; got !== 0 && length < buffer.length; length += got) {
      got = readSync(file, buffer, length, buffer.length - length, length);
    }
    if (length > mostBytes) throw new AppError("too_large", `${path} is larger than ${mostBytes / 1024} KiB.`);
    return buffer.toString("utf8", 0, length);
  } finally {
    closeSync(file);
  }
}
