import { z } from 'zod';
import { archiveFormats, maxArchivedPaths } from './archives.ts';
import { bytes, defineRoute, idParams, noBody, nothing } from './route.ts';

/** A9: relative to the volume's root. The jail checks it; here only that it is text. */
const pathSchema = z.string();
const filePath = pathSchema.min(1, 'must name a file');

/** `size` in bytes (0 for folders), `modified_at` in Unix seconds. A link counts as what it leads to; `link` tells that it is one. */
export const fileEntrySchema = z.object({
  name: z.string(),
  type: z.enum(['file', 'directory']),
  size: z.number().int(),
  modified_at: z.number().int(),
  link: z.boolean(),
});
export type FileEntry = z.infer<typeof fileEntrySchema>;

export const listFiles = defineRoute({
  method: 'GET',
  path: '/volumes/:id/files',
  access: 'files.read',
  heavy: true,
  summary: 'What is in a folder of the volume, folders first; 100,000 entries at most',
  params: idParams,
  query: z.strictObject({ path: pathSchema.default('') }),
  body: noBody,
  status: 200,
  errors: ['not_found', 'conflict', 'busy', 'too_large'],
  reply: z.object({ files: z.array(fileEntrySchema) }),
});

export const writeFile = defineRoute({
  method: 'POST',
  path: '/volumes/:id/files',
  access: 'files.write',
  summary: 'Write or overwrite a text file; missing folders are made',
  params: idParams,
  query: nothing,
  body: z.strictObject({ path: filePath, content: z.string() }),
  status: 200,
  errors: ['not_found', 'conflict', 'busy', 'out_of_space'],
  reply: z.object({ message: z.string(), path: z.string() }),
});

export const makeFolder = defineRoute({
  method: 'POST',
  path: '/volumes/:id/folders',
  access: 'files.write',
  summary: 'Make a folder, and those above it; one that is there already is fine',
  params: idParams,
  query: nothing,
  body: z.strictObject({ path: filePath }),
  status: 200,
  errors: ['not_found', 'conflict', 'busy', 'out_of_space'],
  reply: z.object({ message: z.string(), path: z.string() }),
});

const twoPaths = z.strictObject({ source: filePath, destination: filePath });
const movedReply = z.object({ message: z.string(), source: z.string(), destination: z.string() });

export const copyFiles = defineRoute({
  method: 'POST',
  path: '/volumes/:id/copy',
  access: 'files.write',
  summary: 'Copy a file, or a folder with all in it; nothing may be at the destination',
  params: idParams,
  query: nothing,
  body: twoPaths,
  status: 200,
  errors: ['not_found', 'conflict', 'busy', 'out_of_space'],
  /** `left_out`: links, pipes and devices, which are not copied. */
  reply: movedReply.extend({ left_out: z.number().int() }),
});

export const renameFile = defineRoute({
  method: 'POST',
  path: '/volumes/:id/rename',
  access: 'files.write',
  summary: 'Rename or move a file or folder; nothing may be at the destination',
  params: idParams,
  query: nothing,
  body: twoPaths,
  status: 200,
  errors: ['not_found', 'conflict', 'busy', 'out_of_space'],
  reply: movedReply,
});

/** Most paths of one request. */
export const maxDeletedPaths = 1000;

export const deleteFiles = defineRoute({
  method: 'POST',
  path: '/volumes/:id/delete',
  access: 'files.write',
  summary:
    'Delete files, and folders with all in them; if one path is wrong, nothing is deleted. They go to the trash',
  params: idParams,
  query: nothing,
  body: z.strictObject({
    paths: z.array(filePath).min(1).max(maxDeletedPaths),
    /** For good: the trash has none of it. */
    permanent: z.boolean().default(false),
  }),
  status: 200,
  errors: ['not_found', 'conflict', 'busy'],
  /** `trash` has the ids (and paths) of what can be had back; what isn't in it is gone for good. */
  reply: z.object({
    message: z.string(),
    deleted_count: z.number().int(),
    trash: z.array(z.object({ id: z.string(), path: z.string() })),
  }),
});

const contentQuery = z.strictObject({ path: filePath });

export const readContent = defineRoute({
  method: 'GET',
  path: '/volumes/:id/content',
  access: 'files.read',
  summary: 'The bytes of a file; one part of them with Range',
  params: idParams,
  query: contentQuery,
  body: noBody,
  status: 200,
  errors: ['not_found', 'conflict', 'busy', 'bad_range'],
  reply: bytes,
  raw: 'reply',
});

export const writeContent = defineRoute({
  method: 'PUT',
  path: '/volumes/:id/content',
  access: 'files.write',
  summary: 'Put the body at the path as it is, of any size; a broken upload leaves the old file',
  params: idParams,
  query: contentQuery,
  body: noBody,
  status: 200,
  errors: ['not_found', 'conflict', 'busy', 'out_of_space'],
  reply: z.object({ path: z.string(), size: z.number().int() }),
  raw: 'body',
});

export const createDownload = defineRoute({
  method: 'POST',
  path: '/downloads',
  access: 'files.read',
  summary:
    'A link to a file, or to several in one archive, that works once, within five minutes, without a token',
  params: nothing,
  query: nothing,
  body: z.strictObject({
    volume_id: z.string(),
    /** Of a file; with `paths` the folder that they are in, '' the root. */
    path: pathSchema,
    /** Files and folders of that folder, in one archive that is made while it is sent. */
    paths: z.array(filePath).min(1).max(maxArchivedPaths).optional(),
    format: z.enum(archiveFormats).default('zip'),
  }),
  status: 200,
  errors: ['not_found', 'conflict', 'busy'],
  /** `url` without the host: the caller knows where he reached it. */
  reply: z.object({ url: z.string(), expires_at: z.iso.datetime() }),
});

export const useDownload = defineRoute({
  method: 'GET',
  path: '/downloads/:key',
  access: 'public',
  summary: 'The file of such a link',
  params: z.strictObject({ key: z.string() }),
  query: nothing,
  body: noBody,
  status: 200,
  errors: ['not_found', 'conflict', 'busy', 'bad_range'],
  reply: bytes,
  raw: 'reply',
});
