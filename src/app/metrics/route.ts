export const dynamic = "force-dynamic";

export { metrics as GET } from "~/server/http/handlers";
