export const dynamic = "force-dynamic";

export { documentation as GET } from "~/server/http/handlers";
