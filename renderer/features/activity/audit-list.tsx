import { Button, Group, Stack, Table, Text, TextInput } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import type { z } from 'zod';
import { type auditRecordSchema, readAudit } from '../../../shared/http/audit.ts';
import { api } from '../../link/api.ts';
import { moment } from '../../ui/format.ts';
import { QueryTrouble } from '../../ui/query-trouble.tsx';
import { actionWords } from './action-words.ts';
import { words } from './words.ts';

type Entry = z.infer<typeof auditRecordSchema>;

/** Entries that the host gives at once; fewer mean that there are no older ones. */
const pageLength = 100;
const firstPage: string | null = null;

/** Of one server's record, or of all. */
export const auditKey = (server?: string): [string, string] => ['audit', server ?? ''];

/** The record of changes, of one server or of all, page by page. */
export function AuditList({ server }: { server?: string }) {
  const [text, setText] = useState('');
  const query = useInfiniteQuery({
    queryKey: auditKey(server),
    queryFn: ({ pageParam, signal }) =>
      api.call(readAudit, {
        query: {
          ...(server === undefined ? {} : { container: server }),
          ...(pageParam === null ? {} : { before: pageParam }),
        },
        signal,
      }),
    initialPageParam: firstPage,
    getNextPageParam: ({ entries }) => (entries.length < pageLength ? null : String(entries.at(-1)?.id)),
    staleTime: 0,
  });
  if (query.error)
    return <QueryTrouble error={query.error} what={words.see} onRetry={() => void query.refetch()} />;
  if (!query.data) return null;
  const entries = query.data.pages.flatMap((page) => page.entries);
  const found = entries.filter((entry) => matches(entry, text));
  return (
    <Stack gap="md">
      <Group justify="space-between" align="flex-end">
        <TextInput
          label={words.find}
          type="search"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          miw={240}
        />
        <Button
          variant="default"
          leftSection={<IconRefresh size={16} />}
          loading={query.isRefetching}
          onClick={() => void query.refetch()}
        >
          {words.refresh}
        </Button>
      </Group>
      {found.length === 0 ? (
        <Text className="quiet">
          {text !== '' ? words.nothingFound : server === undefined ? words.none : words.noneHere}
        </Text>
      ) : (
        <Entries entries={found} withServer={server === undefined} />
      )}
      {query.hasNextPage && (
        <Group>
          <Button
            variant="default"
            loading={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage()}
          >
            {words.older}
          </Button>
        </Group>
      )}
    </Stack>
  );
}

function matches({ actor, action, container, detail, result, address }: Entry, text: string): boolean {
  const where = [actor, action, actionWords(action), container, detail, result, address]
    .join(' ')
    .toLowerCase();
  return where.includes(text.toLowerCase());
}

function Entries({ entries, withServer }: { entries: readonly Entry[]; withServer: boolean }) {
  return (
    <Table.ScrollContainer minWidth={720}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{words.when}</Table.Th>
            <Table.Th>{words.who}</Table.Th>
            <Table.Th>{words.what}</Table.Th>
            {withServer && <Table.Th>{words.server}</Table.Th>}
            <Table.Th>{words.from}</Table.Th>
            <Table.Th>{words.result}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {entries.map((entry) => (
            <Table.Tr key={entry.id}>
              <Table.Td className="figures" title={new Date(entry.at).toISOString()}>
                {moment(entry.at)}
              </Table.Td>
              <Table.Td>{entry.actor || words.somebody}</Table.Td>
              <Table.Td>
                <span title={entry.action}>{actionWords(entry.action)}</span>
                {entry.detail !== '' && (
                  <Text size="xs" className="quiet" style={{ overflowWrap: 'anywhere' }}>
                    {entry.detail}
                  </Text>
                )}
              </Table.Td>
              {withServer && (
                <Table.Td>
                  {entry.container && <Link href={`/servers/${entry.container}`}>{entry.container}</Link>}
                </Table.Td>
              )}
              <Table.Td>
                {words.via[entry.via]}
                {entry.address !== '' && (
                  <Text size="xs" className="quiet figures">
                    {entry.address}
                  </Text>
                )}
              </Table.Td>
              <Table.Td style={entry.result === 'ok' ? {} : { color: 'var(--state-bad)' }}>
                {entry.result === 'ok' ? words.ok : entry.result}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
