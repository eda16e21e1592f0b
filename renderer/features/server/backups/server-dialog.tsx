import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { useStore } from 'zustand';
import { restoreAsServer } from '../../../../shared/http/backups.ts';
import type { Backup } from '../../../../shared/model/backup.ts';
import { internalIdSchema } from '../../../../shared/model/server.ts';
import { api } from '../../../link/api.ts';
import { hostStore } from '../../../state/host-store.ts';
import { moment } from '../../../ui/format.ts';
import { strings } from './strings.ts';
import { useBegin } from './use-backups.ts';

interface ServerDialogProps {
  backup: Backup | null;
  onClose: () => void;
}

/** Asks for the name and id of the server that is made of a backup. */
export function ServerDialog({ backup, onClose }: ServerDialogProps) {
  return (
    <Modal
      opened={backup !== null}
      onClose={onClose}
      title={backup ? strings.asServerTitle(moment(backup.at)) : ''}
    >
      {backup && <ServerForm key={backup.id} backup={backup} onClose={onClose} />}
    </Modal>
  );
}

function ServerForm({ backup, onClose }: { backup: Backup; onClose: () => void }) {
  const servers = useStore(hostStore.store, (view) => view.servers) ?? [];
  const isTaken = (id: string): boolean => servers.some((server) => server.internal_id === id);
  const [name, setName] = useState(strings.copyName(backup.server_name));
  const [id, setId] = useState(() => freeId(backup.container_id, isTaken));
  const begin = useBegin(() =>
    api.call(restoreAsServer, {
      params: { id: backup.container_id, backup: backup.id },
      body: { internal_id: id, ...(name === '' ? {} : { name }) },
    }),
  );
  const mistake = internalIdSchema.safeParse(id).success
    ? isTaken(id)
      ? strings.idTaken
      : null
    : strings.idWrong;
  const onSuccess = (): void => {
    notifications.show({ message: strings.asServerBegun });
    onClose();
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (mistake === null && !begin.isPending) begin.mutate(undefined, { onSuccess });
      }}
    >
      <Stack gap="md">
        <Text size="sm">{strings.asServerText}</Text>
        <TextInput
          label={strings.name}
          maxLength={128}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          data-autofocus
        />
        <TextInput
          label={strings.id}
          value={id}
          error={mistake}
          onChange={(event) => setId(event.currentTarget.value)}
        />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            {strings.cancel}
          </Button>
          <Button type="submit" disabled={mistake !== null} loading={begin.isPending}>
            {strings.asServerAction}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function freeId(base: string, isTaken: (id: string) => boolean): string {
  for (let number = 2; ; number += 1) {
    const id = `${base.slice(0, 58)}-${number}`;
    if (!isTaken(id)) return id;
  }
}
