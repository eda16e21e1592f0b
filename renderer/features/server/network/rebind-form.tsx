import { Alert, Button, Group, NumberInput, Select, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { rebindNetwork } from '../../../../shared/http/container-network.ts';
import { addPort, listPorts } from '../../../../shared/http/ports.ts';
import type { ServerSummary } from '../../../../shared/model/host.ts';
import { api, queryClient } from '../../../link/api.ts';
import { IconAction } from '../../../ui/icon-action.tsx';
import { words } from './words.ts';

interface Row {
  /** For React alone. */
  key: number;
  ip: string;
  host: number | null;
  container: number | null;
  protocol: 'tcp' | 'udp';
}

const isPort = (value: number | null): value is number => value !== null && value >= 1 && value <= 65_535;
const numberOf = (value: string | number): number | null => (typeof value === 'number' ? value : null);

/** Ports that the pool lacks are added first: who may change a server's ports here means them. */
async function rebind(id: string, rows: readonly Row[]): Promise<void> {
  const { ports } = await api.call(listPorts, {});
  for (const { ip, host, protocol } of rows)
    if (host !== null && !ports.some((one) => one.port === host && one.protocol === protocol))
      await api.call(addPort, { body: { ip, port: host, protocol } });
  await api.call(rebindNetwork, {
    params: { id },
    body: {
      ports: rows.map(({ ip, host, container, protocol }) => ({
        ip,
        host_port: host ?? 0,
        container_port: container ?? 0,
        protocol,
      })),
    },
  });
}

/** All ports of a server at once, as the host takes them. */
export function RebindForm({ server, onDone }: { server: ServerSummary; onDone: () => void }) {
  const [rows, setRows] = useState<Row[]>(() =>
    server.ports.map((port, key) => ({
      key,
      ip: port.ip,
      host: port.host_port,
      container: port.container_port,
      protocol: port.protocol,
    })),
  );
  const [isChecked, setChecked] = useState(false);
  const save = useMutation({
    mutationFn: () => rebind(server.internal_id, rows),
    onSuccess() {
      notifications.show({ message: words.started });
      onDone();
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['ports'] }),
  });
  const change = (key: number, changes: Partial<Row>): void =>
    setRows((last) => last.map((row) => (row.key === key ? { ...row, ...changes } : row)));
  const add = (): void => {
    const key = Math.max(-1, ...rows.map((row) => row.key)) + 1;
    setRows([...rows, { key, ip: '0.0.0.0', host: null, container: null, protocol: 'tcp' }]);
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setChecked(true);
        if (rows.every(({ host, container }) => isPort(host) && isPort(container))) save.mutate();
      }}
    >
      <Stack gap="md">
        {rows.map((row) => (
          <PortRow
            key={row.key}
            row={row}
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
            onClick={add}
          >
            {words.add}
          </Button>
        </Group>
        <Text size="sm" className="quiet">
          {server.started_at === null ? words.nextStart : words.restarts}
        </Text>
        {save.error && (
          <Alert color="red" title={words.failed} role="alert">
            {save.error.message}
          </Alert>
        )}
        <Group>
          <Button type="submit" loading={save.isPending}>
            {words.save}
          </Button>
          <Button variant="default" type="button" onClick={onDone}>
            {words.cancel}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface PortRowProps {
  row: Row;
  isChecked: boolean;
  onChange: (changes: Partial<Row>) => void;
  onRemove: () => void;
}

function PortRow({ row, isChecked, onChange, onRemove }: PortRowProps) {
  const problem = (value: number | null) => (isChecked && !isPort(value) ? words.needsPort : null);
  return (
    <Group gap="sm" align="flex-start">
      <NumberInput
        label={words.hostPort}
        value={row.host ?? ''}
        onChange={(value) => onChange({ host: numberOf(value) })}
        error={problem(row.host)}
        allowDecimal={false}
        allowNegative={false}
        w={180}
      />
      <NumberInput
        label={words.containerPort}
        value={row.container ?? ''}
        onChange={(value) => onChange({ container: numberOf(value) })}
        error={problem(row.container)}
        allowDecimal={false}
        allowNegative={false}
        w={160}
      />
      <Select
        label={words.protocol}
        data={['tcp', 'udp']}
        value={row.protocol}
        onChange={(value) => onChange({ protocol: value === 'udp' ? 'udp' : 'tcp' })}
        allowDeselect={false}
        w={100}
      />
      <IconAction label={words.remove(row.host)} size="lg" isBesideField onClick={onRemove}>
        <IconTrash size={16} />
      </IconAction>
    </Group>
  );
}
