import { Alert, Button, Checkbox, Group, Stack, Text, Title } from '@mantine/core';
import { IconArrowLeft, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { listTrash, type TrashEntry } from '../../../../../shared/http/trash.ts';
import { hostText } from '../../../../../shared/texts/host-text.ts';
import { api } from '../../../../link/api.ts';
import { Confirm } from '../../../../ui/confirm.tsx';
import { EmptyState } from '../../../../ui/empty-state.tsx';
import { bytes } from '../../../../ui/format.ts';
import { Loaded } from '../../../../ui/loaded.tsx';
import { UnderWay } from '../../../../ui/under-way.tsx';
import { usePermission } from '../../../../ui/use-permission.ts';
import { TrashRow } from './trash-row.tsx';
import { trashStrings as strings } from './trash-strings.ts';
import { trashKey, useEmptying, useTrashWork } from './use-trash-work.ts';

interface TrashViewProps {
  server: string;
  volume: string;
}

/** What was deleted or replaced in a volume: to be had back, or deleted for good. */
export default function TrashView({ server, volume }: TrashViewProps) {
  const trash = useQuery({
    queryKey: trashKey(volume),
    queryFn: ({ signal }) => api.call(listTrash, { params: { id: volume }, signal }),
    staleTime: 0,
  });
  return (
    <Stack gap="md">
      <Group>
        <Button
          component={Link}
          href={`/servers/${server}/files`}
          variant="subtle"
          size="compact-sm"
          leftSection={<IconArrowLeft size={14} />}
        >
          {strings.back}
        </Button>
      </Group>
      <Emptying server={server} volume={volume} />
      <Loaded query={trash} what={strings.see}>
        {(data) => (
          <Trash
            server={server}
            volume={volume}
            entries={data.entries}
            count={data.count}
            size={data.size}
            keepDays={data.keep_days}
          />
        )}
      </Loaded>
    </Stack>
  );
}

function Emptying({ server, volume }: TrashViewProps) {
  const operation = useEmptying(server, volume);
  if (!operation) return null;
  if (operation.state === 'running') return <UnderWay operation={operation} />;
  return (
    <Alert role="alert" color="red" title={strings.notEmptied}>
      {hostText(operation.error ?? '')}
    </Alert>
  );
}

interface TrashProps extends TrashViewProps {
  entries: readonly TrashEntry[];
  count: number;
  size: number;
  keepDays: number;
}

function Trash({ server, volume, entries, count, size, keepDays }: TrashProps) {
  const mayChange = usePermission().may('files.write', server);
  const work = useTrashWork(volume);
  const isEmptying = useEmptying(server, volume)?.state === 'running';
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [asking, setAsking] = useState<'some' | 'all' | null>(null);
  const selected = entries.filter(({ id }) => chosen.has(id));
  const ids = selected.map(({ id }) => id);
  const done = (): void => setChosen(new Set());
  if (count === 0)
    return (
      <EmptyState icon={<IconTrash size={32} />} title={strings.empty}>
        {strings.emptyHelp(keepDays)}
      </EmptyState>
    );
  return (
    <>
      <Stack gap={2}>
        <Title order={2}>{strings.title}</Title>
        <Text size="sm" className="quiet">
          {strings.help(count, bytes(size), keepDays)}
        </Text>
      </Stack>
      {mayChange && (
        <TrashBar
          isBusy={work.isBusy || isEmptying}
          isAnyChosen={ids.length > 0}
          onRestore={() => void work.restore(ids).then(done)}
          onAsk={setAsking}
        />
      )}
      <Stack gap={0} className="surface" p="xs">
        {mayChange && (
          <Group px={4} py={6}>
            <Checkbox
              size="xs"
              label={strings.selectAll(entries.length)}
              checked={ids.length === entries.length}
              indeterminate={ids.length > 0 && ids.length < entries.length}
              onChange={() =>
                setChosen(new Set(ids.length === entries.length ? [] : entries.map(({ id }) => id)))
              }
            />
          </Group>
        )}
        <ul className="plain-list" aria-label={strings.title}>
          {entries.map((entry) => (
            <TrashRow
              key={entry.id}
              entry={entry}
              isChosen={chosen.has(entry.id)}
              onToggle={mayChange ? () => setChosen(toggled(chosen, entry.id)) : null}
              onRestore={mayChange && !work.isBusy ? () => void work.restore([entry.id]) : null}
            />
          ))}
        </ul>
        {count > entries.length && (
          <Text size="sm" className="quiet" p={4}>
            {strings.older(count - entries.length)}
          </Text>
        )}
      </Stack>
      <Confirm
        opened={asking !== null}
        onClose={() => setAsking(null)}
        onConfirm={() => {
          void (asking === 'all' ? work.empty() : work.remove(ids)).then(done);
          setAsking(null);
        }}
        title={strings.removeTitle(asking === 'all' ? count : ids.length)}
        action={strings.remove}
      >
        {strings.removeText}
      </Confirm>
    </>
  );
}

function toggled(chosen: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(chosen);
  if (!next.delete(id)) next.add(id);
  return next;
}

interface TrashBarProps {
  isBusy: boolean;
  isAnyChosen: boolean;
  onRestore: () => void;
  /** Deleting for good is asked about first. */
  onAsk: (what: 'some' | 'all') => void;
}

function TrashBar({ isBusy, isAnyChosen, onRestore, onAsk }: TrashBarProps) {
  const isOff = !isAnyChosen || isBusy;
  return (
    <Group gap="xs">
      <Button variant="default" size="compact-md" disabled={isOff} onClick={onRestore}>
        {strings.restore}
      </Button>
      <Button variant="default" size="compact-md" disabled={isOff} onClick={() => onAsk('some')}>
        {strings.remove}
      </Button>
      <Button color="red" variant="outline" size="compact-md" loading={isBusy} onClick={() => onAsk('all')}>
        {strings.emptyIt}
      </Button>
    </Group>
  );
}
