import { Button, Checkbox, Group, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { deleteContainer } from '../../../../shared/http/containers.ts';
import type { ServerSummary } from '../../../../shared/model/host.ts';
import { api, queryClient } from '../../../link/api.ts';
import { Confirm } from '../../../ui/confirm.tsx';
import { FormSection } from '../../../ui/form-section.tsx';
import { undelete } from '../../../ui/undelete.ts';
import { showUndo } from '../../../ui/undo-toast.tsx';
import { usePermission } from '../../../ui/use-permission.ts';
import { sectionId } from './sections.ts';
import { strings } from './strings.ts';

/** Removes the server, and its files only if that is asked for. */
export function DeleteSection({ server }: { server: ServerSummary }) {
  const { internal_id: id, name } = server;
  const [isAsking, setAsking] = useState(false);
  const [keepsFiles, setKeepsFiles] = useState(true);
  const { may, isBound, isKnown } = usePermission();
  const mayLoseFiles = may('files.write') && !isBound;
  const [, navigate] = useLocation();
  const remove = useMutation({
    mutationFn: () =>
      api.call(deleteContainer, { params: { id }, query: { files: keepsFiles ? 'keep' : 'delete' } }),
    onSuccess({ deletion }) {
      void queryClient.invalidateQueries({ queryKey: ['ports'] });
      void queryClient.invalidateQueries({ queryKey: ['deleted'] });
      const message = strings.deleted(name);
      if (deletion === null) notifications.show({ message });
      else showUndo({ message, undo: () => undelete({ id, name, deletion }) });
      navigate('/');
    },
    onError: () => setAsking(false),
  });
  return (
    <FormSection
      id={sectionId('delete')}
      title={strings.delete}
      help={strings.deleteHelp}
      onSave={null}
      error={remove.error}
    >
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
