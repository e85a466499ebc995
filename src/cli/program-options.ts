/** Passed by bin/hostscope.mjs to the command line. */
export interface ProgramOptions {
  argv: readonly string[];
  programDir: string;
  /** Builds Next's app when the build is missing or outdated; calls `announce` first when that takes a while. */
  prepareBuild: (announce: () => void, basePath: string) => Promise<void>;
}
