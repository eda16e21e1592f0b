import { Button, Group, Text, TextInput } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconX } from '@tabler/icons-react';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { bytes } from '../../../ui/format.ts';
import { IconAction } from '../../../ui/icon-action.tsx';
import { useServer } from '../server-context.ts';
import type { TerminalView } from './terminal-view.ts';
import { words } from './words.ts';

const decorations = {
  matchBackground: '#6b5300',
  activeMatchBackground: '#b07a00',
  matchOverviewRuler: '#b07a00',
  activeMatchColorOverviewRuler: '#ffcc00',
};

/** Searches what is loaded; on demand goes back through all that the host has. */
export function SearchBar({ view, onClose }: { view: TerminalView; onClose: () => void }) {
  const server = useServer();
  const [term, setTerm] = useState('');
  const [result, setResult] = useState({ index: -1, count: 0 });
  const [searched, setSearched] = useState<number | null>(null);
  const cancelled = useRef(false);
  useEffect(() => {
    const listener = view.search.onDidChangeResults(({ resultIndex, resultCount }) =>
      setResult({ index: resultIndex, count: resultCount }),
    );
    return () => {
      cancelled.current = true;
      listener.dispose();
      view.search.clearDecorations();
    };
  }, [view]);

  const find = (direction: 'next' | 'previous', text = term): boolean => {
    const options = { decorations, incremental: false };
    return direction === 'next'
      ? view.search.findNext(text, options)
      : view.search.findPrevious(text, options);
  };
  const older = async (): Promise<void> => {
    cancelled.current = false;
    const start = server.console.from ?? 0;
    setSearched(0);
    try {
      while (!cancelled.current) {
        const before = server.console.from;
        if (before === null || before === 0) break;
        const got = await server.load(before, 10_000);
        if (got.to <= got.from) break;
        setSearched(start - got.from);
        const text = server.console.pieces
          .filter(({ to }) => to <= got.to)
          .map((piece) => piece.text)
          .join('');
        if (text.toLowerCase().includes(term.toLowerCase())) break;
      }
    } finally {
      setSearched(null);
    }
    // The terminal shows it with its next frame.
    setTimeout(() => find('previous'), 300);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') onClose();
    else if (event.key === 'Enter') find(event.shiftKey ? 'next' : 'previous');
    else return;
    event.preventDefault();
  };
  return (
    <Group gap="xs" role="search" aria-label={words.searchLabel}>
      <TextInput
        size="xs"
        placeholder={words.search}
        aria-label={words.searchLabel}
        value={term}
        autoFocus
        onKeyDown={onKeyDown}
        onChange={(event) => {
          setTerm(event.currentTarget.value);
          if (event.currentTarget.value === '') view.search.clearDecorations();
          else find('previous', event.currentTarget.value);
        }}
      />
      <Text size="xs" className="quiet figures" role="status" miw={70}>
        {term === '' ? '' : result.count === 0 ? words.none : words.found(result.index + 1, result.count)}
      </Text>
      <IconAction size="sm" label={words.previous} onClick={() => find('previous')}>
        <IconArrowUp size={14} />
      </IconAction>
      <IconAction size="sm" label={words.next} onClick={() => find('next')}>
        <IconArrowDown size={14} />
      </IconAction>
      {searched === null ? (
        <Button size="compact-xs" variant="default" disabled={term === ''} onClick={() => void older()}>
          {words.searchOlder}
        </Button>
      ) : (
        <Button
          size="compact-xs"
          variant="default"
          onClick={() => {
            cancelled.current = true;
          }}
        >
          {words.searching(bytes(searched))} {words.cancel}
        </Button>
      )}
      <IconAction size="sm" label={words.close} onClick={onClose}>
        <IconX size={14} />
      </IconAction>
    </Group>
  );
}
