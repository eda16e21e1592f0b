import { Stack, Text } from '@mantine/core';
import { restoreBackup } from '../../../../shared/http/backups.ts';
import type { Backup } from '../../../../shared/model/backup.ts';
import type { ServerSummary } from '../../../../shared/model/host.ts';
import { isResting } from '../../../../shared/model/server.ts';
import { api } from '../../../link/api.ts';
import { Confirm } from '../../../ui/confirm.tsx';
import { moment } from '../../../ui/format.ts';
import { strings } from './strings.ts';
import { useBegin } from './use-backups.ts';

/** What is to be restored: a backup, or files of it. */
export interface Wanted {
  backup: Backup;
  /** Null: all of it. */
  paths: string[] | null;
}

interface RestoreDialogProps {
  server: ServerSummary;
  wanted: Wanted | null;
  onClose: () => void;
  onBegun: () => void;
}

/** Says what will be lost, and what happens to a server that runs. */
export function RestoreDialog({ server, wanted, onClose, onBegun }: RestoreDialogProps) {
  const isRunning = !isResting(server.state);
  const begin = useBegin(({ backup, paths }: Wanted) =>
    api.call(restoreBackup, {
      params: { id: server.internal_id, backup: backup.id },
      body: { ...(paths ? { paths } : {}), stop: isRunning },
    }),
  );
  return (
    <Confirm
      opened={wanted !== null}
      onClose={onClose}
      onConfirm={() => wanted && begin.mutate(wanted, { onSuccess: onBegun, onSettled: onClose })}
      title={wanted ? strings.restoreTitle(moment(wanted.backup.at)) : ''}
      action={strings.restore}
      isBusy={begin.isPending}
    >
      <Stack gap="sm">
        <Text size="sm">
          {wanted?.paths ? strings.restoreSome(wanted.paths.length) : strings.restoreWhole}
        </Text>
        {isRunning && <Text size="sm">{strings.restoreRuns}</Text>}
        {wanted !== null && wanted.backup.damaged > 0 && (
          <Text size="sm" c="var(--state-bad)">
            {strings.restoreDamaged}
          </Text>
        )}
      </Stack>
    </Confirm>
  );
}
