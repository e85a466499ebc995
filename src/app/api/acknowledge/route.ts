export const dynamic = "force-dynamic";

export { acknowledge as GET, acknowledge as POST } from "~/server/http/handlers";
