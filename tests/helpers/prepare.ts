/** Makes what the tests use of what is generated, so that any of them can be run by itself in a fresh checkout. */
export { prepareBundles as setup } from "../../bin/prepare.mjs";
