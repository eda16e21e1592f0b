import { z } from 'zod';
import { defineRoute, idParams, noBody, nothing } from './route.ts';

export const archiveFormats = ['zip', 'tar', 'tar.gz', 'tar.bz2'] as const;
export type ArchiveFormat = (typeof archiveFormats)[number];

/** Longest path in a request, in characters. */
const maxPath = 4096;
/** Most paths of one request. */
export const maxArchivedPaths = 1000;
const path = z.string().max(maxPath);
const count = z.number().int().nonnegative();

/**
 * `links`: symbolic links that stay inside the volume. What an archive can't hold, or what is not taken out of one: links that lead
 * out, and pipes, sockets, devices and names that the format can't say.
 */
const leftOut = { links: count, skipped_links: count, skipped_others: count };

export const compressVolume = defineRoute({
  method: 'POST',
  path: '/volumes/:id/compress',
  access: 'files.write',
  summary: 'Put files of the volume into a new archive in the volume; lasts until it is done',
  params: idParams,
  query: nothing,
  body: z.strictObject({
    format: z.enum(archiveFormats),
    /** Without ending, relative to `path`. */
    output_name: path.min(1),
    /** The folder that the archive is made of, and made in. */
    path: path.default(''),
    /** What of that folder goes in, relative to it; all of it if not given. */
    paths: z.array(path.min(1)).min(1).max(maxArchivedPaths).optional(),
  }),
  status: 200,
  errors: ['not_found', 'conflict', 'busy', 'out_of_space'],
  /**
   * `size` of the archive in bytes; `changed`: files that changed or vanished while they were read; `clamped_times`: of how much the
   * format can't say the time, and says the nearest.
   */
  reply: z.object({
    message: z.literal('Compression successful'),
    archive_path: z.string(),
    size: count,
    files: count,
    folders: count,
    ...leftOut,
    changed: count,
    clamped_times: count,
  }),
});

export const decompressVolume = defineRoute({
  method: 'POST',
  path: '/volumes/:id/decompress',
  access: 'files.write',
  summary: 'Unpack an archive that is in the volume; lasts until it is done',
  params: idParams,
  query: nothing,
  body: z.strictObject({ archive_path: path.min(1), destination: path }),
  status: 200,
  errors: ['not_found', 'conflict', 'busy', 'out_of_space'],
  reply: z.object({
    message: z.literal('Decompression successful'),
    destination: z.string(),
    files: count,
    folders: count,
    ...leftOut,
  }),
});

/** Most entries of an archive that are listed. */
export const maxListedEntries = 10_000;

export const listArchive = defineRoute({
  method: 'GET',
  path: '/volumes/:id/archive',
  access: 'files.read',
  heavy: true,
  summary: 'What is in an archive of the volume, without unpacking it; 10,000 entries at most',
  params: idParams,
  query: z.strictObject({ path: path.min(1) }),
  body: noBody,
  status: 200,
  errors: ['not_found', 'conflict', 'busy', 'timeout'],
  /** `size` in bytes, as the archive says; `modified_at` Unix seconds, null where it doesn't tell. `is_cut`: there are more. */
  reply: z.object({
    entries: z.array(
      z.object({
        name: z.string(),
        kind: z.enum(['file', 'directory', 'link', 'other']),
        size: count,
        modified_at: z.number().int().nullable(),
      }),
    ),
    is_cut: z.boolean(),
  }),
});
