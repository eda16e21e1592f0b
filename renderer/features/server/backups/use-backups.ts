import { useMutation, useQuery } from '@tanstack/react-query';
import { useStore } from 'zustand';
import { listBackupCopies, listCopyTargets } from '../../../../shared/http/backup-copies.ts';
import { listBackups } from '../../../../shared/http/backups.ts';
import type { Operation } from '../../../../shared/model/operation.ts';
import { api } from '../../../link/api.ts';
import { hostStore } from '../../../state/host-store.ts';
import { liveKey, liveKeys } from '../../../state/live-key.ts';
import { showFailure } from '../../../ui/show-failure.ts';
import { usePermission } from '../../../ui/use-permission.ts';

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
/** These keep nothing else from being done. */
const copyKinds: readonly string[] = ['copy backup', 'check copy', 'fetch backup', 'delete copy'];

/** Where the backups of a server can be copied to, and which of them were. */
export function useCopies(server: string) {
  return useQuery({
    queryKey: [...liveKey('backups', server), 'copies'],
    queryFn: ({ signal }) => api.call(listBackupCopies, { params: { id: server }, signal }),
  });
}

/** All places for copies, for who may see the host's settings. */
export function useCopyTargets() {
  const { may, isBound } = usePermission();
  return useQuery({
    queryKey: [...liveKeys, 'backups', null, 'targets'],
    queryFn: ({ signal }) => api.call(listCopyTargets, { signal }),
    enabled: may('system') && !isBound,
  });
}

/** Whether something is under way that keeps other things with these backups from beginning. */
export const useIsBusy = (server: string): boolean =>
  useBackupOperations(server).some(({ state, kind }) => state === 'running' && !copyKinds.includes(kind));

export function useBackupOperations(server: string): Operation[] {
  const operations = useStore(hostStore.store, (view) => view.operations);
  return operations.filter(
    ({ container, kind }) => container === server && [...kinds, ...copyKinds].includes(kind),
  );
}

/** Begins something that takes a while: what keeps it from beginning is told. */
export function useBegin<T>(begin: (what: T) => Promise<Operation>) {
  return useMutation({ mutationFn: begin, onError: (error) => showFailure(error) });
}
