import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useStore } from 'zustand';
import {
  beginEmptyTrash,
  deleteTrash,
  maxTrashPage,
  restoreTrash,
} from '../../../../../shared/http/trash.ts';
import type { Operation } from '../../../../../shared/model/operation.ts';
import { hostText } from '../../../../../shared/texts/host-text.ts';
import { api, queryClient } from '../../../../link/api.ts';
import { hostStore } from '../../../../state/host-store.ts';
import { bytes } from '../../../../ui/format.ts';
import { showFailure } from '../../../../ui/show-failure.ts';
import { trashStrings as strings } from './trash-strings.ts';

export const trashKey = (volume: string): [string, string] => ['trash', volume];

/** Whatever shows the volume's files asks again. */
export async function refreshVolume(volume: string): Promise<void> {
  await Promise.all(
    ['files', 'quota', 'trash'].map((what) => queryClient.invalidateQueries({ queryKey: [what, volume] })),
  );
}

/**
 * Puts things of the trash back; where something is in the place, beside it under another name. What came back and what didn't, in
 * words. Throws if nothing came back.
 */
export async function restoreFromTrash(volume: string, ids: readonly string[]): Promise<string> {
  const paths: string[] = [];
  const problems: string[] = [];
  try {
    for (let at = 0; at < ids.length; at += maxTrashPage) {
      const body = { ids: ids.slice(at, at + maxTrashPage), if_taken: 'rename' as const };
      const done = await api.call(restoreTrash, { params: { id: volume }, body });
      paths.push(...done.restored.map(({ path }) => path));
      problems.push(...done.problems.map(({ problem }) => problem));
    }
  } finally {
    await refreshVolume(volume);
  }
  const [problem] = problems;
  const text = strings.restored(paths);
  return problem === undefined ? text : `${text} ${strings.notRestored(problems.length, hostText(problem))}`;
}

/** What can be done with the trash; never rejects, what fails is told. */
export function useTrashWork(volume: string) {
  const params = { id: volume };
  const work = useMutation({
    mutationFn: (run: () => Promise<string>) => run(),
    onSuccess: (message) => void notifications.show({ message }),
    onError: (error) => showFailure(error),
    onSettled: () => refreshVolume(volume),
  });
  const run = (what: () => Promise<string>): Promise<unknown> => work.mutateAsync(what).catch(() => {});
  const removed = (done: { deleted_count: number; freed: number }): string =>
    strings.removed(done.deleted_count, bytes(done.freed));
  return {
    isBusy: work.isPending,
    restore: (ids: readonly string[]) => run(() => restoreFromTrash(volume, ids)),
    remove: (ids: readonly string[]) =>
      run(async () => removed(await api.call(deleteTrash, { params, body: { ids: [...ids] } }))),
    empty: () =>
      run(async () => {
        await api.call(beginEmptyTrash, { params });
        return strings.emptying;
      }),
  };
}

/** The emptying of the server's trash that is under way; its end shows what is left. */
export function useEmptying(server: string, volume: string): Operation | undefined {
  const last = useStore(hostStore.store, ({ operations }) =>
    operations.find(({ container, kind }) => container === server && kind === 'empty trash'),
  );
  const { state, error } = last ?? {};
  useEffect(() => {
    if (state === undefined || state === 'running') return;
    void refreshVolume(volume);
  }, [state, volume]);
  return last && (state === 'running' || (state === 'failed' && error)) ? last : undefined;
}
