import { Button, Checkbox, Group, Switch, Text, TextInput } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import type { ServerSummary } from '../../../../shared/model/host.ts';
import { usePinned } from '../pinned.ts';
import { type Arrangement, arrange, type SortKey, sortKeys } from '../server-order.ts';
import { strings } from '../strings.ts';
import { ChosenBar } from './chosen-bar.tsx';
import { ServerRow } from './server-row.tsx';
import './server-table.css';

/** Many servers: found, sorted, grouped, pinned, and acted on together. */
export default function ServerTable({ servers }: { servers: readonly ServerSummary[] }) {
  const [by, setBy] = useState<Omit<Arrangement, 'pinned'>>({
    sort: 'state',
    isDescending: false,
    filter: '',
    byTag: false,
  });
  const [pinned, togglePin] = usePinned();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const groups = arrange(servers, { ...by, pinned });
  const shown = new Map(
    groups.flatMap((group) => group.servers.map((server) => [server.internal_id, server])),
  );
  const acted = [...shown.values()].filter(({ internal_id }) => chosen.has(internal_id));
  const choose = (ids: readonly string[], isOn: boolean): void =>
    setChosen((last) => new Set(isOn ? [...last, ...ids] : [...last].filter((id) => !ids.includes(id))));
  const sortBy = (sort: SortKey): void =>
    setBy((last) => ({ ...last, sort, isDescending: last.sort === sort && !last.isDescending }));
  return (
    <>
      <Group gap="sm">
        <TextInput
          type="search"
          size="xs"
          w={240}
          aria-label={strings.filter}
          placeholder={strings.filter}
          leftSection={<IconSearch size={14} />}
          value={by.filter}
          onChange={(event) => {
            const { value } = event.currentTarget;
            setBy((last) => ({ ...last, filter: value }));
          }}
        />
        <Switch
          size="xs"
          label={strings.byTag}
          checked={by.byTag}
          onChange={(event) => {
            const { checked } = event.currentTarget;
            setBy((last) => ({ ...last, byTag: checked }));
          }}
        />
      </Group>
      {acted.length > 0 && <ChosenBar servers={acted} onDone={() => setChosen(new Set())} />}
      {shown.size === 0 && <Text className="quiet">{strings.noneFound(by.filter)}</Text>}
      <table aria-label={strings.servers} className="surface server-table">
        <TableHead by={by} onSort={sortBy} shown={[...shown.keys()]} count={acted.length} onChoose={choose} />
        {groups.map(({ tag, servers: rows }) => (
          <tbody key={tag ?? '*'}>
            {tag !== null && (
              <tr className="group-heading">
                <th scope="rowgroup">
                  {tag || strings.untagged} <span className="quiet figures">{rows.length}</span>
                </th>
              </tr>
            )}
            {rows.map((server) => (
              <ServerRow
                key={server.internal_id}
                server={server}
                isChosen={chosen.has(server.internal_id)}
                isPinned={pinned.has(server.internal_id)}
                onChoose={choose}
                onPin={togglePin}
              />
            ))}
          </tbody>
        ))}
      </table>
    </>
  );
}

const columns: readonly SortKey[] = ['name', 'state', 'game', 'cpu', 'memory'];

interface HeadingProps {
  name: SortKey;
  by: Omit<Arrangement, 'pinned'>;
  onSort: (key: SortKey) => void;
}

function Heading({ name, by, onSort }: HeadingProps) {
  const isSorted = by.sort === name;
  const Arrow = by.isDescending ? IconArrowUp : IconArrowDown;
  return (
    <th
      scope="col"
      className={name}
      aria-sort={isSorted ? (by.isDescending ? 'descending' : 'ascending') : undefined}
    >
      <Button
        size="compact-xs"
        variant="subtle"
        color="gray"
        onClick={() => onSort(name)}
        rightSection={isSorted ? <Arrow size={12} /> : undefined}
      >
        {strings.columns[name]}
      </Button>
    </th>
  );
}

interface TableHeadProps {
  by: Omit<Arrangement, 'pinned'>;
  onSort: (key: SortKey) => void;
  /** The ids of all rows, and how many of them are chosen. */
  shown: readonly string[];
  count: number;
  onChoose: (ids: readonly string[], isOn: boolean) => void;
}

function TableHead({ by, onSort, shown, count, onChoose }: TableHeadProps) {
  return (
    <thead>
      <tr className="server-row head">
        <td>
          <Checkbox
            size="xs"
            aria-label={strings.chooseAll}
            checked={shown.length > 0 && count === shown.length}
            indeterminate={count > 0 && count < shown.length}
            onChange={(event) => onChoose(shown, event.currentTarget.checked)}
          />
        </td>
        {sortKeys
          .toSorted((a, b) => columns.indexOf(a) - columns.indexOf(b))
          .map((key) => (
            <Heading key={key} name={key} by={by} onSort={onSort} />
          ))}
        <th scope="col" className="address">
          {strings.address}
        </th>
        <th scope="col" className="visually-hidden">
          {strings.actions}
        </th>
      </tr>
    </thead>
  );
}
