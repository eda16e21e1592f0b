import { useStore } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import type { ServerSummary } from '../../shared/model/host.ts';
import { hostStore } from '../state/host-store.ts';

export type ServerName = Pick<ServerSummary, 'internal_id' | 'name'>;

/** The servers that there are, for lists to choose from; drawn anew when one comes, goes or is renamed, not with each figure. */
export function useServerNames(): readonly ServerName[] {
  const flat = useStore(
    hostStore.store,
    useShallow((view) => (view.servers ?? []).flatMap(({ internal_id, name }) => [internal_id, name])),
  );
  return flat.flatMap((id, index) =>
    index % 2 === 0 ? [{ internal_id: id, name: flat[index + 1] ?? id }] : [],
  );
}
