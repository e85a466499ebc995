/** The configuration file in use. Reloads it when it is saved, edits it for the API and never leaves it half written. */
import { createHash } from "node:crypto";
import { type FSWatcher, readFileSync, realpathSync, statSync, watch, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { AppError } from "~/domain/errors";
import { everyAligned } from "../aligned-timer";
import { replaceFileSync } from "../replace-file";
import { assertEditable, type ConfigChange, type EditOptions, editConfig } from "./edit";
import { ConfigError, parseConfig } from "./load";
import type { Config } from "./schema";

/** Polling, for file systems without change events, such as some network disks. */
const LOOK_EVERY_MS = 5000;
/** Debounce: a file that is being written is read after this long without another event. */
const QUIET_MS = 200;

export interface ConfigFileOptions {
  path: string;
  /** Its name in messages. */
  name: string;
  variable: (name: string) => string | undefined;
  /** In force if the file has mistakes when opened; it was read a moment ago. A file that is missing then counts as empty. */
  before: Config;
  /** Called when a new configuration is in force. */
  onChange: (config: Config, previous: Config) => void;
  /** Called when the saved file has mistakes; the previous configuration stays in force. Empty once they are fixed. */
  onMistakes: (mistakes: readonly string[]) => void;
}

const READ_ONLY = new Set(["EROFS", "EACCES", "EPERM", "EBUSY"]);

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}

export class ConfigFile {
  private text: string;
  private current: Config;
  private wrong: readonly string[] = [];
  /** Identifies the file version that was read last. Taken before reading, so that a change in between is noticed. */
  private stamp: string;
  private readonly stopLooking: () => void;
  private readonly watcher: FSWatcher | null;
  private quiet: NodeJS.Timeout | undefined;

  constructor(private readonly options: ConfigFileOptions) {
    this.stamp = this.readStamp();
    this.current = options.before;
    this.text = this.readText() ?? "";
    try {
      this.current = this.parse(this.text);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      this.report(error.mistakes);
    }
    this.stopLooking = everyAligned(LOOK_EVERY_MS, () => this.look());
    this.watcher = this.watch();
  }

  get config(): Config {
    return this.current;
  }

  get content(): string {
    return this.text;
  }

  /** Mistakes in the file as last saved, one line each. */
  get mistakes(): readonly string[] {
    return this.wrong;
  }

  /** Changes with every change of the file; for If-Match. */
  get etag(): string {
    return `"${createHash("sha256").update(this.text).digest("base64url").slice(0, 22)}"`;
  }

  /** Reads the file again. If it is missing for a moment (editors replace it), the next event or poll reads it. */
  reload(): void {
    const text = this.readText();
    if (text === null || text === this.text) return;
    this.text = text;
    try {
      this.accept(this.parse(text));
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      this.report(error.mistakes);
    }
  }

  /** Writes changes to the file and applies them. Throws AppError: conflict, precondition_failed, bad_request, forbidden. */
  edit(
    changes: readonly ConfigChange[],
    { ifMatch, privateTargets = false }: Partial<EditOptions> & { ifMatch?: string | undefined } = {},
  ): void {
    this.reload();
    if (ifMatch !== undefined && ifMatch !== this.etag) {
      throw new AppError("precondition_failed", "The configuration has changed in the meantime. Reload it and try again.");
    }
    assertEditable(changes);
    const text = editConfig(this.text, changes, { privateTargets });
    let config: Config;
    try {
      config = this.parse(text);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      const fields = error.mistakes.map((mistake) => ({ parameter: changes[0]?.path.join(".") ?? "changes", detail: mistake }));
      throw new AppError("bad_request", withoutPlace(error.mistakes[0] ?? "The change is not valid."), fields);
    }
    this.write(text);
    this.text = text;
    this.accept(config);
  }

  close(): void {
    this.stopLooking();
    this.watcher?.close();
    clearTimeout(this.quiet);
  }

  /** Watches the folder, since editors replace the file. Null if it cannot be watched. */
  private watch(): FSWatcher | null {
    try {
      const watcher = watch(dirname(this.options.path), { persistent: false }, () => {
        clearTimeout(this.quiet);
        this.quiet = setTimeout(() => this.look(), QUIET_MS).unref();
      });
      watcher.on("error", () => watcher.close());
      return watcher;
    } catch {
      return null;
    }
  }

  private look(): void {
    const stamp = this.readStamp();
    if (stamp === this.stamp) return;
    this.stamp = stamp;
    this.reload();
  }

  /** Empty while the file is missing. A file that replaces another has a different inode. */
  private readStamp(): string {
    const stat = statSync(this.options.path, { throwIfNoEntry: false });
    return stat ? `${stat.ino} ${stat.size} ${stat.mtimeMs}` : "";
  }

  private readText(): string | null {
    try {
      return readFileSync(this.options.path, "utf8");
    } catch {
      return null;
    }
  }

  private parse(text: string): Config {
    return parseConfig(this.options.name, text, this.options.variable);
  }

  private accept(config: Config): void {
    const previous = this.current;
    this.current = config;
    this.report([]);
    this.options.onChange(config, previous);
  }

  private report(mistakes: readonly string[]): void {
    if (mistakes.length === 0 && this.wrong.length === 0) return;
    this.wrong = mistakes;
    this.options.onMistakes(mistakes);
  }

  /** Replaces the target of a symlink, not the symlink. */
  private write(text: string): void {
    const target = realpathSync(this.options.path);
    try {
      const mode = statSync(target).mode & 0o777;
      replaceFileSync(target, (temporary) => writeFileSync(temporary, text, { mode }));
    } catch (error) {
      const code = codeOf(error);
      const reason = READ_ONLY.has(code) ? "is read-only for this server" : "cannot be written";
      throw new AppError("conflict", `${this.options.name} ${reason} (${code}). Edit it where it is maintained.`);
    }
  }
}

/** `config.yaml:12:5 alerts.for: expected ...` without its position, which refers to a text that was not saved. */
function withoutPlace(mistake: string): string {
  return mistake.replace(/^\S+:\d+:\d+ /, "");
}
