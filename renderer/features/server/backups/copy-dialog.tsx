import { Button, Group, Loader, Modal, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { checkCopy, deleteCopy, fetchCopy, listServerCopies } from '../../../../shared/http/backup-copies.ts';
import type { Backup } from '../../../../shared/model/backup.ts';
import type { CopyTarget } from '../../../../shared/model/backup-copy.ts';
import { api } from '../../../link/api.ts';
import { liveKey } from '../../../state/live-key.ts';
import { Confirm } from '../../../ui/confirm.tsx';
import { bytes, moment } from '../../../ui/format.ts';
import { Loaded } from '../../../ui/loaded.tsx';
import { copyStrings } from './copy-strings.ts';
import { strings } from './strings.ts';
import { useBegin } from './use-backups.ts';

type Target = Pick<CopyTarget, 'id' | 'name'>;

interface CopyDialogProps {
  server: string;
  target: Target | null;
  /** Backups that are here, by their ids. */
  here: ReadonlySet<string>;
  onClose: () => void;
}

/** Copies that are shown; more are counted. */
const maxShown = 100;

/** The copies of a server's backups in one place: they can be checked there, brought back, and deleted. */
export function CopyDialog({ server, target, here, onClose }: CopyDialogProps) {
  return (
    <Modal opened={target !== null} onClose={onClose} title={target ? copyStrings.showOf(target.name) : ''}>
      {target && <CopyList server={server} target={target} here={here} onBegun={onClose} />}
    </Modal>
  );
}

function CopyList({
  server,
  target,
  here,
  onBegun,
}: Pick<CopyDialogProps, 'server' | 'here'> & { target: Target; onBegun: () => void }) {
  const params = { id: server, target: target.id };
  const query = useQuery({
    queryKey: [...liveKey('backups', server), 'copies', target.id],
    queryFn: ({ signal }) => api.call(listServerCopies, { params, signal }),
  });
  return (
    <Stack gap="sm">
      {query.isPending && <Loader size="sm" />}
      <Loaded query={query} what={copyStrings.whatThere}>
        {({ backups }) => (
          <>
            {backups.length === 0 && <Text size="sm">{copyStrings.nothingThere}</Text>}
            {backups.slice(0, maxShown).map((backup) => (
              <CopyRow
                key={backup.id}
                server={server}
                target={target}
                backup={backup}
                isHere={here.has(backup.id)}
                onBegun={onBegun}
              />
            ))}
            {backups.length > maxShown && <Text size="sm">{strings.more(backups.length - maxShown)}</Text>}
            <Text size="sm" className="quiet">
              {copyStrings.bringHelp}
            </Text>
          </>
        )}
      </Loaded>
    </Stack>
  );
}

/** One copy, with what can be done about it. */
function CopyRow({
  server,
  target,
  backup: { id, at, bytes: size, note },
  isHere,
  onBegun,
}: {
  server: string;
  target: Target;
  backup: Backup;
  isHere: boolean;
  onBegun: () => void;
}) {
  const [isDeleting, setDeleting] = useState(false);
  const params = { id: server, target: target.id };
  const onSuccess = onBegun;
  const check = useBegin(() => api.call(checkCopy, { params, body: { backup: id } }));
  const fetch = useBegin(() => api.call(fetchCopy, { params, body: { backup: id } }));
  const remove = useBegin(() => api.call(deleteCopy, { params: { ...params, backup: id } }));
  const when = moment(at);
  return (
    <Group justify="space-between" gap="sm">
      <Stack gap={0} miw={0}>
        <Text size="sm" fw={600} className="figures">
          {when}
        </Text>
        <Text size="sm" className="quiet figures" style={{ overflowWrap: 'anywhere' }}>
          {[note, bytes(size), isHere ? copyStrings.isHere : ''].filter(Boolean).join(' · ')}
        </Text>
      </Stack>
      <Group gap="xs">
        <Button
          size="compact-sm"
          variant="default"
          aria-label={copyStrings.checkOf(when)}
          onClick={() => check.mutate(undefined, { onSuccess })}
        >
          {copyStrings.check}
        </Button>
        <Button
          size="compact-sm"
          disabled={isHere}
          aria-label={copyStrings.bringOf(when)}
          onClick={() => fetch.mutate(undefined, { onSuccess })}
        >
          {copyStrings.bring}
        </Button>
        <Button
          size="compact-sm"
          variant="subtle"
          color="red"
          aria-label={copyStrings.deleteOf(when)}
          onClick={() => setDeleting(true)}
        >
          {copyStrings.delete}
        </Button>
      </Group>
      <Confirm
        opened={isDeleting}
        onClose={() => setDeleting(false)}
        onConfirm={() => remove.mutate(undefined, { onSuccess, onSettled: () => setDeleting(false) })}
        title={copyStrings.deleteTitle(when, target.name)}
        action={copyStrings.delete}
        isBusy={remove.isPending}
      >
        {isHere ? copyStrings.deleteText : copyStrings.deleteLast}
      </Confirm>
    </Group>
  );
}
