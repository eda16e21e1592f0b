import { useMutation, useQuery } from '@tanstack/react-query';
import { useStore } from 'zustand';
import { listBackups } from '../../../../shared/http/backups.ts';
import type { Operation } from '../../../../shared/model/operation.ts';
import { api } from '../../../link/api.ts';
import { hostStore } from '../../../state/host-store.ts';
import { liveKey } from '../../../state/live-key.ts';
import { showFailure } from '../../../ui/show-failure.ts';

/** A server's backups, asked anew whenever the host says that they are others. */
export function useBackups(server: string) {
  return useQuery({
    queryKey: liveKey('backups', server),
    queryFn: ({ signal }) => api.call(listBackups, { params: { id: server }, signal }),
  });
}

/** What is done with a server's backups; the newest last. Kinds of others aren't among them. */
const kinds: readonly string[] = [
  'backup',
  'restore',
  'check backup',
  'delete backups',
  'rehearse backup',
  'restore as new',
];

export function useBackupOperations(server: string): Operation[] {
  const operations = useStore(hostStore.store, (view) => view.operations);
  return operations.filter(({ container, kind }) => container === server && kinds.includes(kind));
}

/** Begins something that takes a while: what keeps it from beginning is told. */
export function useBegin<T>(begin: (what: T) => Promise<Operation>) {
  return useMutation({ mutationFn: begin, onError: (error) => showFailure(error) });
}
