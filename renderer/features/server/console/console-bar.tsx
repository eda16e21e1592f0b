import { Group, Progress } from '@mantine/core';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import type { ServerSummary } from '../../../../shared/model/host.ts';
import { hasCrashed } from '../../../../shared/model/server.ts';
import { hostText } from '../../../../shared/texts/host-text.ts';
import type { DaemonMessage } from '../../../state/server-store.ts';
import { EngineWords, sentenceOf } from '../../../ui/engine-words.tsx';
import { bytes, clockTime, moment } from '../../../ui/format.ts';
import { appearanceOf, StateMark } from '../../../ui/state-badge.tsx';
import { useServer } from '../server-context.ts';
import { strings } from './strings.ts';

/** Messages that an error stays in sight for. */
const shownMessages = 4;
const isError = ({ text }: DaemonMessage): boolean => text.startsWith('Error');

interface ConsoleBarProps {
  server: ServerSummary;
  /** Instead of what is said at the left: the search. */
  search: ReactNode;
  isLoading: boolean;
  children: ReactNode;
}

/** Above the terminal, always of one height: at the left the state and why, with what the host said last; at the right the tools. */
export function ConsoleBar({ server, search, isLoading, children }: ConsoleBarProps) {
  const { store } = useServer();
  const progress = useStore(store, (view) => view.progress);
  return (
    <div className="console-bar">
      <Group justify="space-between" wrap="nowrap" gap="xs" className="console-bar-row">
        {search ?? <Says server={server} isLoading={isLoading} />}
        <div className="console-bar-tools">{children}</div>
      </Group>
      {progress && (
        <Progress
          className="console-bar-progress"
          size={3}
          radius={0}
          value={progress.total ? (progress.current / progress.total) * 100 : 100}
          animated={progress.total === null}
          aria-label={hostText(progress.text)}
        />
      )}
    </div>
  );
}

function Says({ server, isLoading }: { server: ServerSummary; isLoading: boolean }) {
  const { store } = useServer();
  const progress = useStore(store, (view) => view.progress);
  const last = useStore(store, (view) => view.messages.at(-1) ?? null);
  // What went wrong isn't pushed away by what went well right after it.
  const error = useStore(store, (view) => view.messages.slice(-shownMessages, -1).findLast(isError) ?? null);
  const { state, last_exit: exit } = server;
  const appearance = appearanceOf(state, hasCrashed(exit));
  const why = state === 'exit' && exit ? strings.since(sentenceOf(exit.reason), clockTime(exit.at)) : null;
  return (
    <div className="console-bar-says figures">
      <span className="console-bar-state" style={{ color: appearance.color }}>
        <StateMark appearance={appearance} />
        {appearance.label}
      </span>
      {isLoading && <Line>{strings.loadingOlder}</Line>}
      {progress && (
        <Line>
          {hostText(progress.text)}
          {progress.total !== null && ` ${bytes(progress.current)} / ${bytes(progress.total)}`}
        </Line>
      )}
      {error && <Told message={error} />}
      {last ? <Told message={last} /> : why && <Line>{why}</Line>}
    </div>
  );
}

function Line({ children, isBad = false }: { children: ReactNode; isBad?: boolean }) {
  return (
    <span role="status" className={isBad ? 'console-bar-line is-bad' : 'console-bar-line quiet'}>
      {children}
    </span>
  );
}

function Told({ message }: { message: DaemonMessage }) {
  const words = sentenceOf(message.text);
  return (
    <Line isBad={isError(message)}>
      <span title={words}>
        {moment(message.at)} {words}
      </span>
    </Line>
  );
}

/** What the engine itself said with the last message, below the bar: only there when something went wrong. */
export function LastDetails() {
  const { store } = useServer();
  const last = useStore(store, (view) => view.messages.slice(-shownMessages).findLast(isError) ?? null);
  return last && <EngineWords text={last.text} />;
}
