export const dynamic = "force-dynamic";

export { reportSchema as GET, reportSchema as HEAD } from "~/server/http/handlers";
