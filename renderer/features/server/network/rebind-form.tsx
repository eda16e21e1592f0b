import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconPlus } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { ServerSummary } from '../../../../shared/model/host.ts';
import { queryClient } from '../../../link/api.ts';
import type { Interface } from './addresses.ts';
import { proposePort } from './port-check.ts';
import { PortRow } from './port-row.tsx';
import { isPort, PortTaken, type Row, rebind, rowProblem, rowsOf } from './rebind.ts';
import { strings } from './strings.ts';

interface RebindFormProps {
  server: ServerSummary;
  interfaces: readonly Interface[] | null;
  onDone: () => void;
}

/** Where the search for a free port begins when the server has none. */
const usualPort = 25_565;

/** All ports of a server at once, as the host takes them. */
export function RebindForm({ server, interfaces, onDone }: RebindFormProps) {
  const id = server.internal_id;
  const [rows, setRows] = useState<Row[]>(() => rowsOf(server.ports));
  const [isChecked, setChecked] = useState(false);
  const save = useMutation({
    mutationFn: () => rebind(id, rows),
    onSuccess() {
      notifications.show({ message: strings.started });
      onDone();
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['ports'] }),
  });
  const add = useMutation({
    mutationFn: () => {
      const ports = rows.map(({ host }) => host);
      const port = Math.min(65_535, Math.max(usualPort - 1, ...ports.map((host) => host ?? 0)) + 1);
      return proposePort(id, { ip: '0.0.0.0', port, protocol: 'tcp' }, ports);
    },
    // Without a proposal there is a row all the same.
    onSettled: (free = null) =>
      setRows((last) => {
        const key = Math.max(-1, ...last.map((row) => row.key)) + 1;
        return [...last, { key, ip: '0.0.0.0', host: free, container: free, protocol: 'tcp' }];
      }),
  });
  const change = (key: number, changes: Partial<Row>): void =>
    setRows((last) => last.map((row) => (row.key === key ? { ...row, ...changes } : row)));
  const submit = (): void => {
    setChecked(true);
    if (rows.every((row) => rowProblem(row, rows) === null && isPort(row.container))) save.mutate();
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
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
            onRemove={() => setRows(rows.filter(({ key }) => key !== row.key))}
          />
        ))}
        <Group>
          <Button
            variant="default"
            size="compact-sm"
            type="button"
            leftSection={<IconPlus size={14} />}
            loading={add.isPending}
            onClick={() => add.mutate()}
          >
            {strings.add}
          </Button>
        </Group>
        <Text size="sm" className="quiet">
          {server.started_at === null ? strings.nextStart : strings.restarts}
        </Text>
        {save.error && (
          <Alert
            color="red"
            title={save.error instanceof PortTaken ? strings.notSaved : strings.failed}
            role="alert"
          >
            {save.error.message}
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
