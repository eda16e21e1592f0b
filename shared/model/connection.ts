import { z } from 'zod';

/** Where the host listens (`http://127.0.0.1:PORT`) and its master token. Never in an address or on a command line. */
export const connectionSchema = z.object({ url: z.string(), token: z.string() });
export type Connection = z.infer<typeof connectionSchema>;
