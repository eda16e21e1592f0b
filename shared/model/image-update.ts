import { z } from 'zod';

/** U1: how it stands with the image of a server. Times in Unix ms, sizes in bytes. */
export const imageUpdateSchema = z.object({
  internal_id: z.string(),
  /** As it was chosen: `itzg/minecraft-server:latest`. */
  image: z.string(),
  /** The very one that the server runs on: `name@sha256:…`, or its id where it came from no registry; null before its install. */
  version: z.string().nullable(),
  /** Of the one that is here, unpacked; a newer one is about as large. Null while nobody knows. */
  size: z.number().nullable(),
  /** What the name stands for in its registry, where that is another one. `taken_back`: it was tried, and the one of before was wanted. */
  newer: z.object({ digest: z.string(), found_at: z.number(), taken_back: z.boolean() }).nullable(),
  /** When the registry was asked last; null: never. */
  checked_at: z.number().nullable(),
  /** Why nobody can tell whether there is a newer one; null: one can. */
  problem: z.string().nullable(),
  /** What it ran on before its last update, to be had back. */
  previous: z
    .object({ version: z.string(), at: z.number(), restore_point: z.string().nullable() })
    .nullable(),
  /** The operation under way, or null. */
  operation: z.string().nullable(),
});
export type ImageUpdate = z.infer<typeof imageUpdateSchema>;
