import { z } from 'zod';
import { LightdeckError } from '../../shared/errors.ts';
import type { Backup, Rehearsal } from '../../shared/model/backup.ts';
import { serverDefinitionSchema } from '../../shared/model/server.ts';
import type { SnapshotInfo } from '../snapshots/contract.ts';

/**
 * What a backup knows of its server, beside the files: enough to make it anew where nothing else is left of it. Its variables may hold
 * secrets, as its files may: a store's folder is its owner's alone.
 */
export const backupMetaSchema = z.object({
  format: z.literal(1),
  definition: serverDefinitionSchema,
  /** Of its volume, in MiB. */
  quota_mb: z.number().int().positive(),
  note: z.string(),
  how: z.enum(['running', 'frozen', 'stopped']),
});
export type BackupMeta = z.infer<typeof backupMetaSchema>;

/** Null for one that somebody else made, or a newer host. */
export function metaOf({ meta }: Pick<SnapshotInfo, 'meta'>): BackupMeta | null {
  const parsed = backupMetaSchema.safeParse(meta);
  return parsed.success ? parsed.data : null;
}

/** Throws LightdeckError `conflict` where nothing of its server is known. */
export function knownMeta(info: Pick<SnapshotInfo, 'meta'>): BackupMeta {
  const meta = metaOf(info);
  if (meta) return meta;
  throw new LightdeckError(
    'conflict',
    'This backup does not say what its server was (it was made by somebody else, or by a newer Lightdeck): its files alone can be restored',
  );
}

/** A snapshot as clients see it. `rehearsal`: how its last one ended, if there was one. */
export function describe(info: SnapshotInfo, rehearsal: Rehearsal | null): Backup {
  const known = metaOf(info);
  const { source, meta: _, ...rest } = info;
  return {
    ...rest,
    container_id: source,
    server_name: known?.definition.name ?? source,
    note: known?.note ?? '',
    how: known?.how ?? 'running',
    rehearsal,
    can_become_server: known !== null,
  };
}
