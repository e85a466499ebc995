/** In a file that every page loads anyway: one of its own would be a request more at each first visit. */
export { PageFailure as default } from "~/components/shell/providers";
