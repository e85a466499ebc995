/**
 * How long a test waits for something that must happen. Nothing is measured by it: it only keeps a broken test from hanging, so it is
 * far above what the slowest machine needs. What has to be quick is measured in bench/.
 */
export const PATIENCE_MS = 300_000;

/** For a whole test, which may wait for several things. */
export const TEST_PATIENCE_MS = 5 * PATIENCE_MS;
