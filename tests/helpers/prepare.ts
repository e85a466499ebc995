/** Builds the generated files that tests use, so that each test can be run by itself in a fresh checkout. */
export { prepareBundles as setup } from "../../bin/prepare.mjs";
