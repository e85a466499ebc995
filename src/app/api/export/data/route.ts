export const dynamic = "force-dynamic";

export { exportData as GET, exportData as HEAD } from "~/server/http/handlers";
