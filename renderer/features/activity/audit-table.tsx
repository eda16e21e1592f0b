import { Table, Text } from '@mantine/core';
import { Link } from 'wouter';
import { useStore } from 'zustand';
import { hostText } from '../../../shared/texts/host-text.ts';
import { findServer, hostStore } from '../../state/host-store.ts';
import { actionStrings } from '../../ui/action-strings.ts';
import { CopyButton } from '../../ui/copy.tsx';
import { moment } from '../../ui/format.ts';
import { type AuditEntry, lineOf, resultOf, whoOf } from './entry.ts';
import { strings } from './strings.ts';

interface AuditTableProps {
  entries: readonly AuditEntry[];
  withServer: boolean;
}

const sanitizeLine = { whiteSpace: 'nowrap' } as const;

export function AuditTable({ entries, withServer }: AuditTableProps) {
  return (
    <Table.ScrollContainer minWidth={760}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{strings.when}</Table.Th>
            <Table.Th>{strings.who}</Table.Th>
            <Table.Th>{strings.what}</Table.Th>
            {withServer && <Table.Th>{strings.server}</Table.Th>}
            <Table.Th>{strings.from}</Table.Th>
            <Table.Th>{strings.result}</Table.Th>
            <Table.Th aria-label={strings.copy} w={40} />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {entries.map((entry) => (
            <EntryRow key={entry.id} entry={entry} withServer={withServer} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function EntryRow({ entry, withServer }: { entry: AuditEntry; withServer: boolean }) {
  return (
    <Table.Tr>
      <Table.Td className="figures" style={sanitizeLine} title={new Date(entry.at).toISOString()}>
        {moment(entry.at)}
      </Table.Td>
      <Table.Td>{whoOf(entry)}</Table.Td>
      <Table.Td>
        <span title={entry.action}>{actionStrings(entry.action)}</span>
        {entry.detail !== '' && (
          <Text size="xs" className="quiet" style={{ overflowWrap: 'anywhere' }}>
            {hostText(entry.detail)}
          </Text>
        )}
      </Table.Td>
      {withServer && <Table.Td>{entry.container && <ServerName id={entry.container} />}</Table.Td>}
      <Table.Td style={sanitizeLine}>
        {strings.via[entry.via]}
        {entry.address !== '' && (
          <Text size="xs" className="quiet figures">
            {entry.address}
          </Text>
        )}
      </Table.Td>
      <Table.Td style={entry.result === 'ok' ? {} : { color: 'var(--state-bad)' }}>
        {resultOf(entry)}
      </Table.Td>
      <Table.Td>
        <CopyButton text={lineOf(entry)} what={strings.whatEntry} />
      </Table.Td>
    </Table.Tr>
  );
}

/** A server that is gone by now has its id alone. */
function ServerName({ id }: { id: string }) {
  const name = useStore(hostStore.store, (view) => findServer(view, id)?.name ?? null);
  if (name === null) return <span>{id}</span>;
  return (
    <Link href={`/servers/${encodeURIComponent(id)}`} title={id}>
      {name}
    </Link>
  );
}
