import { Badge, Button, Checkbox, Group, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef, useState } from 'react';
import { Link } from 'wouter';
import { useStore } from 'zustand';
import { bulkDeletePorts, listPorts, type PortView } from '../../../shared/http/ports.ts';
import { api } from '../../link/api.ts';
import { findServer, hostStore } from '../../state/host-store.ts';
import { Confirm } from '../../ui/confirm.tsx';
import { Section } from '../../ui/page.tsx';
import { QueryTrouble } from '../../ui/query-trouble.tsx';
import { showFailure } from '../../ui/show-failure.ts';
import { AddPorts } from './add-ports.tsx';
import { strings } from './strings.ts';

const key = ['ports'];
const nameOf = ({ ip, port, protocol }: PortView): string => `${ip}:${port}/${protocol}`;

/** The ports that servers publish theirs from. */
export function PortPoolSection() {
  const query = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => api.call(listPorts, { signal }),
  });
  const client = useQueryClient();
  const refresh = () => client.invalidateQueries({ queryKey: key });
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [isAsking, setAsking] = useState(false);
  const ports = query.data?.ports ?? [];
  const picked = ports.filter((port) => chosen.has(nameOf(port)));
  const remove = useMutation({
    mutationFn: () =>
      api.call(bulkDeletePorts, {
        body: { ports: picked.map(({ ip, port, protocol }) => ({ ip, port, protocol })) },
      }),
    onSuccess: ({ deleted_count, skipped }) => {
      setChosen(new Set());
      notifications.show({ message: strings.skipped(deleted_count, skipped.length) });
    },
    onError: (error) => showFailure(error),
    onSettled: () => {
      setAsking(false);
      return refresh();
    },
  });
  const choose = (name: string, isChosen: boolean): void => {
    const next = new Set(chosen);
    if (isChosen) next.add(name);
    else next.delete(name);
    setChosen(next);
  };
  return (
    <Section title={strings.pool}>
      <Text size="sm" className="quiet">
        {strings.poolHelp}
      </Text>
      {query.error && (
        <QueryTrouble error={query.error} what={strings.see.pool} onRetry={() => void query.refetch()} />
      )}
      {query.data && <AddPorts onAdded={() => void refresh()} />}
      {query.data && ports.length === 0 && <Text fw={600}>{strings.poolEmpty}</Text>}
      {ports.length > 0 && <PortList ports={ports} chosen={chosen} onChoose={choose} />}
      {picked.length > 0 && (
        <Button variant="default" w="fit-content" onClick={() => setAsking(true)}>
          {strings.removeChosen(picked.length)}
        </Button>
      )}
      <Confirm
        opened={isAsking}
        onClose={() => setAsking(false)}
        onConfirm={() => remove.mutate()}
        title={strings.removeChosen(picked.length)}
        action={strings.remove}
        isBusy={remove.isPending}
      >
        {strings.removeText}
      </Confirm>
    </Section>
  );
}

interface ListProps {
  ports: readonly PortView[];
  chosen: ReadonlySet<string>;
  onChoose: (name: string, isChosen: boolean) => void;
}

/** A pool may hold tens of thousands: only the rows in view are there. */
function PortList({ ports, chosen, onChoose }: ListProps) {
  const frame = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: ports.length,
    getScrollElement: () => frame.current,
    estimateSize: () => 36,
    overscan: 8,
  });
  return (
    <div ref={frame} style={{ maxHeight: 400, overflow: 'auto' }}>
      <ul
        style={{
          height: rows.getTotalSize(),
          position: 'relative',
          margin: 0,
          padding: 0,
          listStyle: 'none',
        }}
      >
        {rows.getVirtualItems().map(({ index, start, size }) => {
          const port = ports[index];
          return port ? (
            <li key={nameOf(port)} style={{ position: 'absolute', insetInline: 0, top: start, height: size }}>
              <PortRow port={port} isChosen={chosen.has(nameOf(port))} onChoose={onChoose} />
            </li>
          ) : null;
        })}
      </ul>
    </div>
  );
}

function PortRow({
  port,
  isChosen,
  onChoose,
}: {
  port: PortView;
  isChosen: boolean;
  onChoose: ListProps['onChoose'];
}) {
  const name = nameOf(port);
  return (
    <Group gap="sm" wrap="nowrap" h="100%">
      <Checkbox
        aria-label={strings.choose(name)}
        checked={isChosen}
        onChange={(event) => onChoose(name, event.currentTarget.checked)}
      />
      <Text size="sm" className="figures" w={190} style={{ flexShrink: 0 }}>
        {name}
      </Text>
      <Stack gap={0} miw={0}>
        <PortUse port={port} />
      </Stack>
    </Group>
  );
}

function PortUse({ port }: { port: PortView }) {
  if (port.used_by !== null) return <PortServer id={port.used_by} />;
  if (!port.in_use) {
    return (
      <Badge variant="outline" color="gray" size="sm">
        {strings.free}
      </Badge>
    );
  }
  const why =
    port.held_by === null ? (port.reserved ? strings.reserved : strings.inUse) : strings.heldBy(port.held_by);
  return (
    <Text size="sm" className="ellipsis" title={why}>
      {why}
    </Text>
  );
}

/** By name where it is known; a server that this token doesn't see has its id alone, and no page to go to. */
function PortServer({ id }: { id: string }) {
  const name = useStore(hostStore.store, (view) => findServer(view, id)?.name ?? null);
  return (
    <Text size="sm" className="ellipsis" title={id}>
      {strings.usedBy}{' '}
      {name === null ? id : <Link href={`/servers/${encodeURIComponent(id)}/network`}>{name}</Link>}
    </Text>
  );
}
