import { Kbd, Modal, VisuallyHidden } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useQueries } from '@tanstack/react-query';
import { type KeyboardEvent, useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { useStore } from 'zustand';
import { paletteField } from './palette-field.ts';
import './palette.css';
import type { ServerSummary } from '../../../shared/model/host.ts';
import { isDesktop } from '../../link/credentials.ts';
import { hostStore } from '../../state/host-store.ts';
import { closeOverlay, overlayStore } from '../../state/overlay-store.ts';
import { Confirm } from '../../ui/confirm.tsx';
import { usePermission } from '../../ui/use-permission.ts';
import { useTheme } from '../../ui/use-preferences.ts';
import { commandSources, lateCommandSources } from '../commands.ts';
import type { CommandContext, CommandQuestion, LateCommands, PaletteCommand } from '../feature.ts';
import { PaletteList } from './palette-list.tsx';
import { groupsFor } from './ranked.ts';
import { addRecent, readRecent } from './recent.ts';
import { strings } from './strings.ts';

const noServers: readonly ServerSummary[] = [];

interface AskedCommand {
  question: CommandQuestion;
  run: () => void;
}

/** A combobox over everything that can be chosen; what could do harm is asked about first. */
export default function PaletteDialog() {
  const [asked, setAsked] = useState<AskedCommand | null>(null);
  const choose = useChoose(setAsked);
  if (asked)
    return (
      <Confirm
        opened
        onClose={() => closeOverlay()}
        onConfirm={() => {
          closeOverlay();
          asked.run();
        }}
        title={asked.question.title}
        action={asked.question.action}
      >
        {asked.question.text}
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
        <Finder onChoose={choose} />
      </Modal.Content>
    </Modal.Root>
  );
}

/** Carries a command out and closes the palette; one with a question stays until that is answered. */
function useChoose(onAsk: (asked: AskedCommand) => void): (command: PaletteCommand) => void {
  const [, navigate] = useLocation();
  return ({ id, action }) => {
    addRecent(id);
    if ('to' in action) {
      closeOverlay({ moved: true });
      navigate(action.to);
    } else if (action.question) {
      onAsk({ question: action.question, run: action.run });
    } else {
      closeOverlay();
      action.run();
    }
  };
}

function useCommands(): PaletteCommand[] {
  const servers = useStore(hostStore.store, (view) => view.servers) ?? noServers;
  const host = useStore(hostStore.store, (view) => view.host);
  const { setTheme } = useTheme();
  const permission = usePermission();
  const isApp = isDesktop();
  const [place] = useLocation();
  const context: CommandContext = { servers, host, isDesktop: isApp, permission, setTheme, place };
  const late = useLateCommands(context);
  return [...commandSources.flatMap((source) => source(context)), ...late];
}

/** What has come of those that are asked for; one that fails is none. */
function useLateCommands(context: CommandContext): PaletteCommand[] {
  const wanted = lateCommandSources
    .map((source) => source(context))
    .filter((late): late is LateCommands => late !== null);
  const results = useQueries({
    queries: wanted.map(({ key, load }) => ({
      queryKey: ['palette', ...key],
      queryFn: ({ signal }: { signal: AbortSignal }) => load(signal),
    })),
  });
  return results.flatMap(({ data }) => data ?? []);
}

function Finder({ onChoose }: { onChoose: (command: PaletteCommand) => void }) {
  const [query, setQuery] = useState('');
  useEarlyLetters(setQuery);
  const [recent] = useState(readRecent);
  const [chosen, setChosen] = useState(0);
  const commands = useCommands();
  const groups = groupsFor(commands, query, recent);
  const flat = groups.flatMap((group) => group.commands);
  const at = Math.min(chosen, Math.max(0, flat.length - 1));
  const current = flat[at];
  const currentOption = current && optionId(current);
  useEffect(() => {
    if (currentOption) document.getElementById(currentOption)?.scrollIntoView({ block: 'nearest' });
  }, [currentOption]);

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
          {...(currentOption ? { 'aria-activedescendant': currentOption } : {})}
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
