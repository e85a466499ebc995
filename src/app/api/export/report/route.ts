export const dynamic = "force-dynamic";

export { exportReport as GET, exportReport as HEAD } from "~/server/http/handlers";
