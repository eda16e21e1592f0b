import { Button, Checkbox, Group, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { deleteContainer } from '../../../../shared/http/containers.ts';
import { deleteVolume } from '../../../../shared/http/volumes.ts';
import type { ServerSummary } from '../../../../shared/model/host.ts';
import { api, queryClient } from '../../../link/api.ts';
import { Confirm } from '../../../ui/confirm.tsx';
import { FormSection } from '../../../ui/form-section.tsx';
import { usePermission } from '../../../ui/use-permission.ts';
import { strings } from './strings.ts';

/** Removes the server, and its files only if that is asked for. */
export function DeleteSection({ server, volume }: { server: ServerSummary; volume: string }) {
  const { internal_id: id, name } = server;
  const [isAsking, setAsking] = useState(false);
  const [keepsFiles, setKeepsFiles] = useState(true);
  const { may, isBound, isKnown } = usePermission();
  const mayLoseFiles = may('files.write') && !isBound;
  const [, navigate] = useLocation();
  const remove = useMutation({
    async mutationFn() {
      await api.call(deleteContainer, { params: { id } });
      if (keepsFiles) return null;
      return api.call(deleteVolume, { params: { id: volume } }).then(
        () => null,
        (error: Error) => error.message,
      );
    },
    onSuccess(problem) {
      void queryClient.invalidateQueries({ queryKey: ['ports'] });
      notifications.show(
        problem === null
          ? { message: strings.deleted(name) }
          : { color: 'red', message: strings.filesStay(problem) },
      );
      navigate('/');
    },
    onError: () => setAsking(false),
  });
  return (
    <FormSection title={strings.delete} help={strings.deleteHelp} onSave={null} error={remove.error}>
      <Group>
        <Button color="red" variant="outline" type="button" onClick={() => setAsking(true)}>
          {strings.deleteButton}
        </Button>
      </Group>
      <Confirm
        opened={isAsking}
        onClose={() => setAsking(false)}
        onConfirm={() => remove.mutate()}
        title={strings.deleteTitle(name)}
        action={strings.deleteAction}
        typeToConfirm={name}
        isBusy={remove.isPending}
      >
        <Stack gap="sm">
          <Text size="sm">{strings.deleteText}</Text>
          <Checkbox
            label={strings.keepFiles}
            description={mayLoseFiles || !isKnown ? strings.keepFilesHelp : strings.keepFilesToken}
            disabled={!mayLoseFiles}
            checked={keepsFiles}
            onChange={(event) => setKeepsFiles(event.currentTarget.checked)}
          />
          {!keepsFiles && (
            <Text size="sm" c="var(--state-bad)">
              {strings.filesLost}
            </Text>
          )}
        </Stack>
      </Confirm>
    </FormSection>
  );
}
