import { Kbd, Modal, VisuallyHidden } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { type KeyboardEvent, useEffect, useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import { useStore } from 'zustand';
import './palette.css';
import type { ServerSummary } from '../../../shared/model/host.ts';
import { isDesktop } from '../../link/credentials.ts';
import { session } from '../../link/session.ts';
import { hostStore } from '../../state/host-store.ts';
import { Confirm } from '../../ui/confirm.tsx';
import { copyAndTell } from '../../ui/copy.tsx';
import { useTheme } from '../../ui/use-preferences.ts';
import { power } from '../server/power.ts';
import { commandsFor, type PaletteCommand, type PaletteEffect } from './commands.ts';
import { PaletteList } from './palette-list.tsx';
import { closeOverlay, openShortcuts, overlayStore, paletteField } from './palette-store.ts';
import { groupsFor } from './ranked.ts';
import { addRecent, readRecent } from './recent.ts';
import { strings } from './strings.ts';

const noServers: readonly ServerSummary[] = [];

/** A combobox over everything that can be chosen; what could do harm is asked about first. */
export default function PaletteDialog() {
  const [killing, setKilling] = useState<ServerSummary | null>(null);
  const run = useRun(setKilling);
  if (killing)
    return (
      <Confirm
        opened
        onClose={() => closeOverlay()}
        onConfirm={() => {
          closeOverlay();
          void power(killing.internal_id, 'kill');
        }}
        title={strings.killTitle(killing.name)}
        action={strings.power('kill', '').trim()}
      >
        {strings.killLoses}
      </Confirm>
    );
  return (
    <Modal.Root
      opened
      onClose={() => closeOverlay()}
      returnFocus={false}
      yOffset="12vh"
      centered={false}
      size={600}
    >
      <Modal.Overlay />
      <Modal.Content aria-label={strings.title}>
        <Finder onChoose={run} />
      </Modal.Content>
    </Modal.Root>
  );
}

function useRun(askBeforeKill: (server: ServerSummary) => void): (command: PaletteCommand) => void {
  const [, navigate] = useLocation();
  const { setTheme } = useTheme();
  const carryOut = (effect: PaletteEffect): void => {
    if (effect.do === 'go') navigate(effect.to);
    else if (effect.do === 'power') void power(effect.server.internal_id, effect.action);
    else if (effect.do === 'copy') void copyAndTell(effect.text, effect.what);
    else if (effect.do === 'theme') setTheme(effect.scheme);
    else if (effect.do === 'shortcuts') openShortcuts();
    else session.signOut();
  };
  return ({ id, effect }) => {
    addRecent(id);
    if (effect.do === 'power' && effect.action === 'kill') {
      askBeforeKill(effect.server);
      return;
    }
    closeOverlay({ moved: effect.do === 'go' });
    carryOut(effect);
  };
}

function Finder({ onChoose }: { onChoose: (command: PaletteCommand) => void }) {
  const servers = useStore(hostStore.store, (view) => view.servers) ?? noServers;
  const [query, setQuery] = useState('');
  useEarlyLetters(setQuery);
  const [recent] = useState(readRecent);
  const [chosen, setChosen] = useState(0);
  const commands = useMemo(() => commandsFor(servers, isDesktop()), [servers]);
  const groups = useMemo(() => groupsFor(commands, query, recent), [commands, query, recent]);
  const flat = groups.flatMap((group) => group.commands);
  const at = Math.min(chosen, Math.max(0, flat.length - 1));
  const current = flat[at];
  useEffect(() => {
    if (current) document.getElementById(optionId(current))?.scrollIntoView({ block: 'nearest' });
  }, [current]);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing || flat.length === 0) return;
    const step = steps[event.key];
    if (step) setChosen(step(at, flat.length));
    else if (event.key === 'Enter' && current) onChoose(current);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <div className="palette-field">
        <IconSearch size={18} className="quiet" aria-hidden="true" />
        <input
          id={paletteField}
          role="combobox"
          aria-label={strings.title}
          aria-expanded={flat.length > 0}
          aria-controls="palette-list"
          aria-autocomplete="list"
          {...(current ? { 'aria-activedescendant': optionId(current) } : {})}
          data-autofocus
          value={query}
          onChange={(event) => {
            setQuery(event.currentTarget.value);
            setChosen(0);
          }}
          onKeyDown={onKeyDown}
          placeholder={strings.placeholder}
          autoComplete="off"
          spellCheck={false}
        />
        <Kbd size="xs">Esc</Kbd>
      </div>
      <PaletteList groups={groups} current={current} query={query} onChoose={onChoose} optionId={optionId} />
      <VisuallyHidden role="status">{strings.results(flat.length)}</VisuallyHidden>
    </>
  );
}

/** Takes over what was typed before this was here, and until the field has the focus. */
function useEarlyLetters(setQuery: (change: (query: string) => string) => void): void {
  const typed = useStore(overlayStore, (state) => state.typed);
  useEffect(() => {
    if (typed === '') return;
    overlayStore.setState({ typed: '' });
    setQuery((query) => query + typed);
  }, [typed, setQuery]);
}

const optionId = ({ id }: PaletteCommand): string => `palette-${id}`;

/** Where each key leads from place `at` of `count`; the ends meet. */
const steps: Record<string, (at: number, count: number) => number> = {
  ArrowDown: (at, count) => (at + 1) % count,
  ArrowUp: (at, count) => (at + count - 1) % count,
  PageDown: (at, count) => Math.min(count - 1, at + 8),
  PageUp: (at) => Math.max(0, at - 8),
};
