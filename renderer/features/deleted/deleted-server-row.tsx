import { Button, Checkbox, Group, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { type DeletedServer, purgeDeleted } from '../../../shared/http/deleted.ts';
import { hostText } from '../../../shared/texts/host-text.ts';
import { api, queryClient } from '../../link/api.ts';
import { Confirm } from '../../ui/confirm.tsx';
import { bytes, moment } from '../../ui/format.ts';
import { showFailure } from '../../ui/show-failure.ts';
import { undelete } from '../../ui/undelete.ts';
import { usePermission } from '../../ui/use-permission.ts';
import { strings } from './strings.ts';

/** One server that was deleted and can be had back. */
export function DeletedServerRow({ server }: { server: DeletedServer }) {
  const { internal_id: id, name, deletion, problem } = server;
  const mayChange = usePermission().may('containers.write', id);
  const [isAsking, setAsking] = useState(false);
  const restore = useMutation({
    mutationFn: () => undelete({ id, name, deletion }),
    onSuccess: (message) => void notifications.show({ message }),
    onError: (error) => showFailure(error),
  });
  return (
    <li>
      <div className="what">
        <Text size="sm" fw={600} className="ellipsis" title={`${name} (${id})`}>
          {name}
        </Text>
        <Text size="xs" className="quiet figures">
          {factsOf(server).join(' · ')}
        </Text>
        {problem !== null && (
          <Text size="xs" c="var(--state-bad)">
            {hostText(problem)}
          </Text>
        )}
      </div>
      {mayChange && (
        <Group gap="xs">
          <Button
            size="compact-sm"
            disabled={problem !== null}
            loading={restore.isPending}
            onClick={() => restore.mutate()}
            aria-label={strings.restoreOne(name)}
          >
            {strings.restore}
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => setAsking(true)}
            aria-label={strings.purgeOne(name)}
          >
            {strings.purge}
          </Button>
        </Group>
      )}
      <PurgeQuestion server={server} opened={isAsking} onClose={() => setAsking(false)} />
    </li>
  );
}

function factsOf({ image, deleted_at, expires_at, by, files, with_files }: DeletedServer): string[] {
  const facts = [
    image,
    strings.deleted(moment(deleted_at * 1000), by),
    strings.until(moment(expires_at * 1000)),
  ];
  if (files?.used != null) facts.push(bytes(files.used));
  if (files === null) facts.push(strings.noMoreFiles);
  else if (with_files) facts.push(strings.withFiles);
  return facts;
}

interface PurgeQuestionProps {
  server: DeletedServer;
  opened: boolean;
  onClose: () => void;
}

function PurgeQuestion({ server, opened, onClose }: PurgeQuestionProps) {
  const { name, deletion, files, with_files } = server;
  const { may, isBound } = usePermission();
  const mayLoseFiles = may('files.write') && !isBound && files !== null;
  const [losesFiles, setLosesFiles] = useState(with_files);
  const purge = useMutation({
    mutationFn: () =>
      api.call(purgeDeleted, {
        params: { deletion },
        query: mayLoseFiles ? { files: losesFiles ? 'delete' : 'keep' } : {},
      }),
    onSuccess: () => void notifications.show({ message: strings.purged(name) }),
    onError: (error) => showFailure(error),
    onSettled: () => {
      onClose();
      return queryClient.invalidateQueries({ queryKey: ['deleted'] });
    },
  });
  return (
    <Confirm
      opened={opened}
      onClose={onClose}
      onConfirm={() => purge.mutate()}
      title={strings.purgeTitle(name)}
      action={strings.purge}
      isBusy={purge.isPending}
    >
      <Stack gap="sm">
        <Text size="sm">{strings.purgeText}</Text>
        {mayLoseFiles && (
          <Checkbox
            label={strings.purgeFiles}
            description={strings.purgeFilesHelp}
            checked={losesFiles}
            onChange={(event) => setLosesFiles(event.currentTarget.checked)}
          />
        )}
      </Stack>
    </Confirm>
  );
}
