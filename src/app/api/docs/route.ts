export const dynamic = "force-dynamic";

export { docs as GET } from "~/server/http/handlers";
