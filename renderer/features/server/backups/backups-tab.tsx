import { Button, Group, Stack, Title } from '@mantine/core';
import { IconArchive } from '@tabler/icons-react';
import { useState } from 'react';
import { copyBackup } from '../../../../shared/http/backup-copies.ts';
import { checkBackup, deleteBackup, rehearseBackup } from '../../../../shared/http/backups.ts';
import type { Backup } from '../../../../shared/model/backup.ts';
import type { ServerSummary } from '../../../../shared/model/host.ts';
import { api } from '../../../link/api.ts';
import { Confirm } from '../../../ui/confirm.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { moment } from '../../../ui/format.ts';
import { Loaded } from '../../../ui/loaded.tsx';
import { mayCreateServers } from '../../../ui/permission.ts';
import { useNow } from '../../../ui/use-now.ts';
import { usePermission } from '../../../ui/use-permission.ts';
import { BackupCard } from './backup-card.tsx';
import { Copies } from './copies.tsx';
import { downloadBackup } from './download-backup.ts';
import { FromArchive } from './from-archive.tsx';
import { HoldStill } from './hold-still.tsx';
import { InsideDialog } from './inside-dialog.tsx';
import { Keep } from './keep.tsx';
import { MakeDialog } from './make-dialog.tsx';
import { Place } from './place.tsx';
import { RestoreDialog, type Wanted } from './restore-dialog.tsx';
import { Running } from './running.tsx';
import { ServerDialog } from './server-dialog.tsx';
import { strings } from './strings.ts';
import { useBackups, useBegin, useCopies, useIsBusy } from './use-backups.ts';

/** A server's backups: make, look inside, restore, check, delete. */
export default function BackupsTab({ server }: { server: ServerSummary }) {
  const id = server.internal_id;
  const query = useBackups(id);
  const [isMaking, setMaking] = useState(false);
  const isBusy = useIsBusy(id);
  return (
    <Stack gap="md" maw={860} pb="xl">
      <Group justify="space-between">
        <Title order={2} size="h4">
          {strings.list}
        </Title>
        <Button disabled={isBusy || query.data?.place.state !== 'ready'} onClick={() => setMaking(true)}>
          {strings.make}
        </Button>
      </Group>
      <Running server={id} />
      <Loaded query={query} what={strings.what}>
        {({ backups, place }) => (
          <>
            {backups.length === 0 && place.state === 'ready' && (
              <EmptyState icon={<IconArchive size={40} />} title={strings.empty}>
                {strings.emptyHelp}
              </EmptyState>
            )}
            <BackupList server={server} backups={backups} isBusy={isBusy} />
            <Keep server={id} backups={backups} />
            <FromArchive server={server} isBusy={isBusy} />
            <HoldStill server={id} />
            <Copies server={id} backups={backups} />
            <Place place={place} />
          </>
        )}
      </Loaded>
      <MakeDialog server={server} opened={isMaking} onClose={() => setMaking(false)} />
    </Stack>
  );
}

interface BackupListProps {
  server: ServerSummary;
  backups: readonly Backup[];
  isBusy: boolean;
}

function BackupList({ server, backups, isBusy }: BackupListProps) {
  const id = server.internal_id;
  const now = useNow(30_000);
  const permission = usePermission();
  const { may } = permission;
  const [making, setMaking] = useState<Backup | null>(null);
  const rehearse = useBegin((backup: Backup) =>
    api.call(rehearseBackup, { params: { id, backup: backup.id } }),
  );
  const [inside, setInside] = useState<Backup | null>(null);
  const [wanted, setWanted] = useState<Wanted | null>(null);
  const [removing, setRemoving] = useState<Backup | null>(null);
  const check = useBegin((backup: Backup) => api.call(checkBackup, { params: { id, backup: backup.id } }));
  const remove = useBegin((backup: Backup) => api.call(deleteBackup, { params: { id, backup: backup.id } }));
  const { targets = [], copies = [] } = useCopies(id).data ?? {};
  const copy = useBegin(({ backup, target }: { backup: Backup; target: string }) =>
    api.call(copyBackup, { params: { id, target }, body: { backup: backup.id } }),
  );
  const copiedTo = (backup: Backup): string[] =>
    targets
      .filter((target) => copies.some((one) => one.backup === backup.id && one.target === target.id))
      .map(({ name }) => name);
  const mayWrite = may('files.write', id);
  const mayRead = may('files.read', id);
  const actions = {
    look: mayRead ? setInside : null,
    restore: mayWrite ? (backup: Backup) => setWanted({ backup, paths: null }) : null,
    download: mayRead ? (backup: Backup) => void downloadBackup(backup, { path: '', format: 'zip' }) : null,
    rehearse: (backup: Backup) => rehearse.mutate(backup),
    asServer: mayCreateServers(permission) ? setMaking : null,
    check: (backup: Backup) => check.mutate(backup),
    copies: targets.map(({ id: target, name }) => ({
      target,
      name,
      copy: (backup: Backup) => copy.mutate({ backup, target }),
    })),
    remove: setRemoving,
  };
  return (
    <>
      <Stack component="ul" gap="md" m={0} p={0}>
        {backups.map((backup) => (
          <BackupCard
            key={backup.id}
            backup={backup}
            copiedTo={copiedTo(backup)}
            now={now}
            actions={actions}
            isBusy={isBusy}
          />
        ))}
      </Stack>
      <InsideDialog
        backup={inside}
        onClose={() => setInside(null)}
        onRestore={mayWrite && !isBusy ? (paths) => inside && setWanted({ backup: inside, paths }) : null}
      />
      <ServerDialog backup={making} onClose={() => setMaking(null)} />
      <RestoreDialog
        server={server}
        wanted={wanted}
        onClose={() => setWanted(null)}
        onBegun={() => setInside(null)}
      />
      <Confirm
        opened={removing !== null}
        onClose={() => setRemoving(null)}
        onConfirm={() => removing && remove.mutate(removing, { onSettled: () => setRemoving(null) })}
        title={removing ? strings.deleteTitle(moment(removing.at)) : ''}
        action={strings.delete}
        isBusy={remove.isPending}
      >
        {strings.deleteText}
      </Confirm>
    </>
  );
}
