export { register } from "../instrumentation";
