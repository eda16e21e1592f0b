import { ActionIcon, Alert, Button, Group, Stack, Table, Text, TextInput, Tooltip } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { useStore } from 'zustand';
import { deletePort, listPorts, type PortView } from '../../../shared/http/ports.ts';
import { api, queryClient } from '../../link/api.ts';
import { ApiError } from '../../link/http-client.ts';
import { findServer, hostStore } from '../../state/host-store.ts';
import { words } from './words.ts';

/** Rows that are shown at once; a pool can have 65,536. */
const maxRows = 300;

export function PortPool() {
  const [text, setText] = useState('');
  const query = useQuery({
    queryKey: ['ports'],
    queryFn: ({ signal }) => api.call(listPorts, { signal }),
    staleTime: 0,
  });
  const remove = useMutation({
    mutationFn: ({ ip, port, protocol }: PortView) =>
      api.call(deletePort, { params: { ip, port: String(port) }, query: { protocol } }),
    onError: (error) => notifications.show({ color: 'red', title: words.failed, message: error.message }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['ports'] }),
  });
  if (query.error) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  if (!query.data) return null;
  const { ports } = query.data;
  if (ports.length === 0) return <Text className="quiet">{words.empty}</Text>;
  const found = ports.filter(({ ip, port, used_by }) =>
    `${ip}:${port} ${used_by ?? ''}`.toLowerCase().includes(text.toLowerCase()),
  );
  return (
    <Stack gap="sm">
      <TextInput
        label={words.find}
        type="search"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        maw={320}
      />
      <Table.ScrollContainer minWidth={420}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{words.port}</Table.Th>
              <Table.Th>{words.state}</Table.Th>
              <Table.Td />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {found.slice(0, maxRows).map((entry) => (
              <Table.Tr key={`${entry.ip}-${entry.port}-${entry.protocol}`}>
                <Table.Td className="figures">
                  {entry.ip.includes(':') ? `[${entry.ip}]` : entry.ip}:{entry.port}/{entry.protocol}
                </Table.Td>
                <Table.Td>
                  <State entry={entry} />
                </Table.Td>
                <Table.Td ta="right">
                  <Tooltip label={words.remove(entry.port)}>
                    <ActionIcon
                      variant="subtle"
                      color="gray"
                      aria-label={words.remove(entry.port)}
                      onClick={() => remove.mutate(entry)}
                    >
                      <IconTrash size={16} />
                    </ActionIcon>
                  </Tooltip>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {found.length > maxRows && <Text className="quiet">{words.more(found.length - maxRows)}</Text>}
    </Stack>
  );
}

function State({ entry }: { entry: PortView }) {
  const { used_by, held_by, reserved, in_use } = entry;
  const name = useStore(hostStore.store, (view) =>
    used_by === null ? '' : (findServer(view, used_by)?.name ?? used_by),
  );
  if (used_by !== null)
    return (
      <>
        {words.usedBy} <Link href={`/servers/${used_by}/network`}>{name}</Link>
      </>
    );
  if (held_by !== null) return words.heldBy(held_by);
  return reserved || in_use ? words.reserved : words.free;
}

function Failed({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const isRefused = error instanceof ApiError && error.status === 403;
  return (
    <Alert color={isRefused ? 'gray' : 'red'} title={words.cantLoad} role="alert">
      <Group>
        <Text size="sm">{isRefused ? words.notPermitted : error.message}</Text>
        {!isRefused && (
          <Button size="compact-sm" variant="default" onClick={onRetry}>
            {words.retry}
          </Button>
        )}
      </Group>
    </Alert>
  );
}
