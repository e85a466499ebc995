import { auth as handle } from "~/server/http/handlers";

export const dynamic = "force-dynamic";

export { handle as DELETE, handle as GET, handle as OPTIONS, handle as PATCH, handle as POST, handle as PUT };
