/**
 * Imported by every page. The bundler splits modules by the pages that import them: when all pages import the whole frame, the
 * first visit loads it in fewer files.
 */
import "./providers";
