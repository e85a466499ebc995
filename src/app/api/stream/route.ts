export const dynamic = "force-dynamic";

export { stream as GET } from "~/server/http/handlers";
