import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import type { LanAddress, ServerSummary } from '../../../../shared/model/host.ts';
import { hostText } from '../../../../shared/texts/host-text.ts';
import { queryClient } from '../../../link/api.ts';
import { AddRowButton } from '../../../ui/add-row-button.tsx';
import { PortRow } from './port-row.tsx';
import { PortTaken, rebind, rowProblem } from './rebind.ts';
import { strings } from './strings.ts';
import { usePortRows } from './use-port-rows.ts';

interface RebindFormProps {
  server: ServerSummary;
  interfaces: readonly LanAddress[] | null;
  onDone: () => void;
}

/** All ports of a server at once, as the host takes them. */
export function RebindForm({ server, interfaces, onDone }: RebindFormProps) {
  const id = server.internal_id;
  const { rows, add, isAdding, change, remove, check, isChecked } = usePortRows(server);
  const save = useMutation({
    mutationFn: () => rebind(id, rows),
    onSuccess() {
      notifications.show({ message: strings.started });
      onDone();
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['ports'] }),
  });
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (check()) save.mutate();
      }}
    >
      <Stack gap="md">
        {rows.map((row) => (
          <PortRow
            key={row.key}
            server={id}
            row={row}
            others={rows.filter((one) => one !== row)}
            interfaces={interfaces}
            problem={isChecked ? rowProblem(row, rows) : null}
            isChecked={isChecked}
            onChange={(changes) => change(row.key, changes)}
            onRemove={() => remove(row.key)}
          />
        ))}
        <AddRowButton label={strings.add} onClick={add} isBusy={isAdding} />
        <Text size="sm" className="quiet">
          {server.started_at === null ? strings.nextStart : strings.restarts}
        </Text>
        {save.error && (
          <Alert
            color="red"
            title={save.error instanceof PortTaken ? strings.notSaved : strings.failed}
            role="alert"
          >
            {hostText(save.error.message)}
          </Alert>
        )}
        <Group>
          <Button type="submit" loading={save.isPending}>
            {strings.save}
          </Button>
          <Button variant="default" type="button" onClick={onDone}>
            {strings.cancel}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
