import { z } from 'zod';
import { operationSchema } from '../model/operation.ts';
import { defineRoute, idParams, noBody, nothing } from './route.ts';

/**
 * Something that was deleted or replaced. `path` is where it lay, as paths are spelled (A16); null where that was lost in a crash of the machine.
 * `size`: bytes on the disk, with all in it. Times in Unix seconds; `expires_at`: when it goes for good by itself.
 */
export const trashEntrySchema = z.object({
  id: z.string(),
  path: z.string().nullable(),
  type: z.enum(['file', 'directory', 'link', 'other']),
  size: z.number().int(),
  deleted_at: z.number().int(),
  expires_at: z.number().int(),
  /** The token's label, or the SFTP user. */
  by: z.string(),
  cause: z.enum(['deleted', 'replaced']),
});
export type TrashEntry = z.infer<typeof trashEntrySchema>;

/** Most entries of one answer, and of one request. */
export const maxTrashPage = 1000;

const entryId = z.string().min(1).max(64);
const chosen = z.array(entryId).min(1).max(maxTrashPage);
const emptied = z.object({ deleted_count: z.number().int(), freed: z.number().int() });

export const listTrash = defineRoute({
  method: 'GET',
  path: '/volumes/:id/trash',
  access: 'files.read',
  summary: 'What was deleted or replaced in the volume and is kept, newest first',
  params: idParams,
  query: z.strictObject({
    offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
    limit: z.coerce.number().int().min(1).max(maxTrashPage).default(maxTrashPage),
  }),
  body: noBody,
  status: 200,
  errors: ['not_found', 'conflict', 'busy'],
  /** `count` and `size` (bytes) are of all, `keep_days` is how long things are kept; 0: they aren't. */
  reply: z.object({
    entries: z.array(trashEntrySchema),
    count: z.number().int(),
    size: z.number().int(),
    keep_days: z.number(),
  }),
});

export const restoreTrash = defineRoute({
  method: 'POST',
  path: '/volumes/:id/trash/restore',
  access: 'files.write',
  summary: 'Put things back to where they lay; one alone to another path, too',
  params: idParams,
  query: nothing,
  body: z
    .strictObject({
      ids: chosen,
      path: z.string().min(1, 'must name a file').exactOptional(),
      /** Where something is there by now: leave it and refuse, or take another name beside it. */
      if_taken: z.enum(['refuse', 'rename']).default('refuse'),
    })
    .refine(({ ids, path }) => path === undefined || ids.length === 1, {
      path: ['path'],
      message: 'goes with one id alone',
    }),
  status: 200,
  errors: ['not_found', 'conflict', 'busy', 'out_of_space'],
  /** Each on its own: what one lacks is in `problems`, and the others come. Where none comes, the first one's problem is the answer. */
  reply: z.object({
    restored: z.array(z.object({ id: z.string(), path: z.string() })),
    problems: z.array(z.object({ id: z.string(), problem: z.string() })),
  }),
});

export const deleteTrash = defineRoute({
  method: 'POST',
  path: '/volumes/:id/trash/delete',
  access: 'files.write',
  summary: 'Delete things of the trash for good',
  params: idParams,
  query: nothing,
  body: z.strictObject({ ids: chosen }),
  status: 200,
  errors: ['not_found', 'conflict', 'busy'],
  reply: emptied,
});

export const emptyTrash = defineRoute({
  method: 'DELETE',
  path: '/volumes/:id/trash',
  access: 'files.write',
  summary: 'Delete all of the trash for good',
  params: idParams,
  query: nothing,
  body: noBody,
  status: 200,
  errors: ['not_found', 'conflict', 'busy'],
  reply: emptied,
});

export const beginEmptyTrash = defineRoute({
  method: 'POST',
  path: '/volumes/:id/trash/empty',
  access: 'files.write',
  summary: 'Delete all of the trash for good, as an operation that can be cancelled',
  params: idParams,
  query: nothing,
  body: noBody,
  status: 202,
  errors: ['not_found', 'conflict', 'busy'],
  reply: operationSchema,
});
