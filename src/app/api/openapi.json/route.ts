export const dynamic = "force-dynamic";

export { openApi as GET } from "~/server/http/handlers";
