import { Button, Chip, Group, Stack, Text, TextInput } from '@mantine/core';
import { IconDownload, IconRefresh } from '@tabler/icons-react';
import { useState } from 'react';
import { QueryTrouble } from '../../ui/query-trouble.tsx';
import { saveBlob } from '../../ui/save-blob.ts';
import { AuditTable } from './audit-table.tsx';
import { csvOf } from './csv.ts';
import { type AuditEntry, matches } from './entry.ts';
import { type Kind, kindOf, kinds } from './kinds.ts';
import { strings } from './strings.ts';
import { useRecord } from './use-record.ts';

/** The record of changes, of one server or of all, page by page. */
export function AuditList({ server }: { server?: string }) {
  const [text, setText] = useState('');
  const [kind, setKind] = useState<Kind | null>(null);
  const query = useRecord(server);
  if (query.error && !query.data)
    return <QueryTrouble error={query.error} what={strings.see} onRetry={() => void query.refetch()} />;
  if (!query.data) return null;
  const entries = query.data.pages.flatMap((page) => page.entries);
  const found = entries.filter((entry) => (kind === null || kindOf(entry) === kind) && matches(entry, text));
  const isFiltered = text !== '' || kind !== null;
  return (
    <Stack gap="md">
      <Group justify="space-between" align="flex-end">
        <TextInput
          label={strings.find}
          type="search"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          miw={240}
        />
        <Group gap="xs">
          <Button
            variant="default"
            leftSection={<IconDownload size={16} />}
            disabled={found.length === 0}
            onClick={() => save(found, server)}
          >
            {strings.save}
          </Button>
          <Button
            variant="default"
            leftSection={<IconRefresh size={16} />}
            loading={query.isRefetching}
            onClick={() => void query.refetch()}
          >
            {strings.refresh}
          </Button>
        </Group>
      </Group>
      <KindChoice kind={kind} onChange={setKind} />
      {found.length === 0 ? (
        <Text className="quiet">
          {isFiltered ? strings.nothingFound : server === undefined ? strings.none : strings.noneHere}
        </Text>
      ) : (
        <AuditTable entries={found} withServer={server === undefined} />
      )}
      {query.hasNextPage && (
        <Group>
          <Button
            variant="default"
            loading={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage()}
          >
            {strings.older}
          </Button>
        </Group>
      )}
    </Stack>
  );
}

function KindChoice({ kind, onChange }: { kind: Kind | null; onChange: (kind: Kind | null) => void }) {
  return (
    <Chip.Group
      value={kind ?? 'all'}
      onChange={(value) => onChange(kinds.find((one) => one === value) ?? null)}
    >
      <Group gap="xs" role="radiogroup" aria-label={strings.kind}>
        <Chip value="all" size="xs">
          {strings.allKinds}
        </Chip>
        {kinds.map((one) => (
          <Chip key={one} value={one} size="xs">
            {strings.kinds[one]}
          </Chip>
        ))}
      </Group>
    </Chip.Group>
  );
}

function save(entries: readonly AuditEntry[], server: string | undefined): void {
  const blob = new Blob([csvOf(entries)], { type: 'text/csv;charset=utf-8' });
  const day = new Date().toISOString().slice(0, 10);
  const name = ['activity', server, day].filter((part) => part !== undefined).join('-');
  saveBlob(blob, `${name}.csv`);
}
