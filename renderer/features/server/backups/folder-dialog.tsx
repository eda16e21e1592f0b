import { Anchor, Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { changeBackupPlace, readBackupPlace } from '../../../../shared/http/backups.ts';
import { hostText } from '../../../../shared/texts/host-text.ts';
import { api, queryClient } from '../../../link/api.ts';
import { liveKeys } from '../../../state/live-key.ts';
import { bytes } from '../../../ui/format.ts';
import { usePermission } from '../../../ui/use-permission.ts';
import { strings } from './strings.ts';

/** The way to another folder, for the owner of the host. */
export function ChangeFolder() {
  const [isOpen, setOpen] = useState(false);
  const { may, isBound } = usePermission();
  const { data } = useQuery({
    queryKey: [...liveKeys, 'backups', null],
    queryFn: ({ signal }) => api.call(readBackupPlace, { signal }),
    enabled: may('system') && !isBound,
  });
  if (!data?.owner) return null;
  return (
    <Group>
      <Button size="xs" variant="default" onClick={() => setOpen(true)}>
        {strings.change}
      </Button>
      <Modal opened={isOpen} onClose={() => setOpen(false)} title={strings.folderTitle}>
        <FolderForm proposals={data.proposals} folder={data.place.folder} onDone={() => setOpen(false)} />
      </Modal>
    </Group>
  );
}

interface FolderFormProps {
  folder: string;
  proposals: readonly { folder: string; free: number }[];
  onDone: () => void;
}

function FolderForm({ folder: before, proposals, onDone }: FolderFormProps) {
  const [folder, setFolder] = useState(before);
  const save = useMutation({
    mutationFn: () => api.call(changeBackupPlace, { body: { folder: folder.trim() } }),
    async onSuccess() {
      await queryClient.invalidateQueries({ queryKey: [...liveKeys, 'backups'] });
      onDone();
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!save.isPending) save.mutate();
      }}
    >
      <Stack gap="md">
        <TextInput
          label={strings.folder}
          description={strings.folderHelp}
          value={folder}
          error={save.error && hostText(save.error.message)}
          onChange={(event) => setFolder(event.currentTarget.value)}
          data-autofocus
        />
        {proposals.length > 0 && (
          <Stack gap={4} align="flex-start">
            <Text size="sm">{strings.proposals}</Text>
            {proposals.map((one) => (
              <Anchor
                key={one.folder}
                component="button"
                type="button"
                size="sm"
                onClick={() => setFolder(one.folder)}
              >
                {strings.proposal(one.folder, bytes(one.free))}
              </Anchor>
            ))}
          </Stack>
        )}
        <Text size="sm" className="quiet">
          {strings.folderNote}
        </Text>
        <Group justify="flex-end">
          <Button type="submit" loading={save.isPending}>
            {strings.save}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
