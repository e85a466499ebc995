import { trpc as handle } from "~/server/http/handlers";

export const dynamic = "force-dynamic";

export { handle as GET, handle as POST };
