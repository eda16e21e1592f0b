import { Button, Checkbox, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { makeBackup } from '../../../../shared/http/backups.ts';
import type { ServerSummary } from '../../../../shared/model/host.ts';
import { isResting } from '../../../../shared/model/server.ts';
import { api } from '../../../link/api.ts';
import { usePermission } from '../../../ui/use-permission.ts';
import { useContainer } from '../use-container.ts';
import { strings } from './strings.ts';
import { useBegin } from './use-backups.ts';

interface MakeDialogProps {
  server: ServerSummary;
  opened: boolean;
  onClose: () => void;
}

/** Asks for what a backup is called and whether the server may be stopped for it. */
export function MakeDialog(props: MakeDialogProps) {
  return (
    <Modal opened={props.opened} onClose={props.onClose} title={strings.makeTitle}>
      <MakeForm {...props} />
    </Modal>
  );
}

function MakeForm({ server, onClose }: MakeDialogProps) {
  const { internal_id: id, state } = server;
  const [note, setNote] = useState('');
  const [stop, setStop] = useState(false);
  const { may } = usePermission();
  const { data } = useContainer(id);
  const begin = useBegin(() => api.call(makeBackup, { params: { id }, body: { note, stop } }));
  const isRunning = !isResting(state);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!begin.isPending) begin.mutate(undefined, { onSuccess: onClose });
      }}
    >
      <Stack gap="md">
        <Text size="sm">
          {isRunning ? (data?.freeze ? strings.runsFrozen : strings.runsOn) : strings.atRest}
        </Text>
        <TextInput
          label={strings.note}
          description={strings.noteHelp}
          maxLength={200}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
          data-autofocus
        />
        {isRunning && (
          <Checkbox
            label={strings.stop}
            description={may('power', id) ? strings.stopHelp : strings.noPower}
            disabled={!may('power', id)}
            checked={stop}
            onChange={(event) => setStop(event.currentTarget.checked)}
          />
        )}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            {strings.cancel}
          </Button>
          <Button type="submit" loading={begin.isPending}>
            {strings.makeAction}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
