export const dynamic = "force-dynamic";

export { storedReport as GET, storedReport as HEAD } from "~/server/http/handlers";
