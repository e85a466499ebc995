export const dynamic = "force-dynamic";

export { exportIncident as GET, exportIncident as HEAD } from "~/server/http/handlers";
