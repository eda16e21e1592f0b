import { Text } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { useStore } from 'zustand';
import type { WireState } from '../../../../shared/model/server.ts';
import { queryClient } from '../../../link/api.ts';
import { hostStore } from '../../../state/host-store.ts';
import { strings } from './strings.ts';

/** What the state of the server or of Docker means for its files, if it means anything. */
export function StateNote({ volume, state }: { volume: string; state: WireState }) {
  const isDockerAway = useStore(hostStore.store, (view) => view.host?.engine.status === 'down');
  const last = useRef(state);
  useEffect(() => {
    // What the install script left is there now.
    if (last.current === 'installing' && state !== 'installing')
      void queryClient.invalidateQueries({ queryKey: ['files', volume] });
    last.current = state;
  }, [state, volume]);
  const note = isDockerAway ? strings.dockerAway : state === 'installing' ? strings.installing : null;
  if (note === null) return null;
  return (
    <Text size="sm" className="surface quiet" px="md" py="xs" role="status">
      {note}
    </Text>
  );
}
