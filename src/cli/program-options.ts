/** What bin/hostscope.mjs hands to the command line. */
export interface ProgramOptions {
  argv: readonly string[];
  programDir: string;
  /** Makes Next's build when it is missing or old; `announce` is called first when that takes a while. */
  prepareBuild: (announce: () => void) => Promise<void>;
}
