/**
 * How long a test waits for something that must happen. It only keeps a broken test from hanging, so it is far more than the
 * slowest machine needs. Speed is measured in bench/.
 */
export const PATIENCE_MS = 300_000;

/** Timeout of a whole test, which may wait several times. */
export const TEST_PATIENCE_MS = 5 * PATIENCE_MS;
