import { Button, Group, Text, TextInput } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconX } from '@tabler/icons-react';
import { type KeyboardEvent, useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { searchLogs } from '../../../../shared/http/console.ts';
import { api } from '../../../link/api.ts';
import { bytes } from '../../../ui/format.ts';
import { IconAction } from '../../../ui/icon-action.tsx';
import { useServer } from '../server-context.ts';
import { ConsoleSearch, type SearchState } from './console-search.ts';
import { strings } from './strings.ts';
import type { TerminalView } from './terminal-view.ts';

/** Typing goes on for so long before the host is asked, in ms. */
const typingMs = 250;

/** Searches all that the host has of this console. */
export function SearchBar({ view, onClose }: { view: TerminalView; onClose: () => void }) {
  const server = useServer();
  const [term, setTerm] = useState('');
  const [search] = useState(
    () =>
      new ConsoleSearch({
        find: (query, signal) => api.call(searchLogs, { params: { id: server.id }, query, signal }),
        reveal: async (offset, text) => {
          await server.history.show(offset);
          view.reveal(offset, text);
        },
      }),
  );
  const state = useStore(search.store);
  useEffect(
    () => () => {
      search.start('');
      view.setHighlight('');
    },
    [search, view],
  );
  useEffect(() => {
    const timer = setTimeout(() => {
      search.start(term);
      view.setHighlight(term);
    }, typingMs);
    return () => clearTimeout(timer);
  }, [term, search, view]);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') onClose();
    else if (event.key === 'Enter') void search.step(event.shiftKey ? -1 : 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <Group gap="xs" wrap="nowrap" miw={0} role="search" aria-label={strings.searchLabel}>
      <TextInput
        size="xs"
        miw={0}
        style={{ flex: '0 1 auto' }}
        placeholder={strings.search}
        aria-label={strings.searchLabel}
        value={term}
        autoFocus
        maxLength={1000}
        onKeyDown={onKeyDown}
        onChange={(event) => setTerm(event.currentTarget.value)}
      />
      <Text size="xs" className="quiet figures ellipsis" role="status" miw={70}>
        {statusText(state)}
      </Text>
      <IconAction size="sm" label={strings.previous} onClick={() => void search.step(1)}>
        <IconArrowUp size={14} />
      </IconAction>
      <IconAction size="sm" label={strings.next} onClick={() => void search.step(-1)}>
        <IconArrowDown size={14} />
      </IconAction>
      {state.status === 'searching' && (
        <Button size="compact-xs" variant="default" onClick={() => search.cancel()}>
          {strings.cancel}
        </Button>
      )}
      <IconAction size="sm" label={strings.close} onClick={onClose}>
        <IconX size={14} />
      </IconAction>
    </Group>
  );
}

function statusText({ status, count, index, searched, total, problem }: SearchState): string {
  if (status === 'failed') return problem ?? strings.searchFailed;
  const place = count === 0 ? '' : strings.found((index ?? 0) + 1, count);
  if (status === 'searching') return strings.searching(place, bytes(searched), bytes(total));
  if (status === 'cancelled') return strings.cancelled(place, bytes(searched));
  if (status === 'done') return place || strings.none;
  return '';
}
