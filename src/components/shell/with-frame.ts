/**
 * Imported by every page. The bundler divides modules by which pages name them: where all name the whole frame, the frame
 * comes in fewer files at the first visit.
 */
import "./providers";
