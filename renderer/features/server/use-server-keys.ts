import { useEffect, useRef } from 'react';
import { useLocation } from 'wouter';
import type { ServerSummary } from '../../../shared/model/host.ts';
import { powerActionsIn } from '../../../shared/model/power.ts';
import { hostStore } from '../../state/host-store.ts';
import { isForLayer, isTyping } from '../../ui/page-keys.ts';
import { power } from '../../ui/power.ts';
import { usePermission } from '../../ui/use-permission.ts';
import { tabsFor } from '../server-tabs.ts';
import { neighbour, serverKey } from './server-keys.ts';

/** The keys of a server's page: not while something is typed, or a dialog or menu is open. `tab` is the one that is shown. */
export function useServerKeys(server: ServerSummary, tab: string): void {
  const [, navigate] = useLocation();
  const { may } = usePermission();
  const act = (event: KeyboardEvent): boolean => {
    const key = serverKey(event);
    const { internal_id: id, state } = server;
    if (key === null) return false;
    if (key.kind === 'power') {
      if (!may('power', id) || !powerActionsIn(state).includes(key.action)) return false;
      void power(id, key.action);
      return true;
    }
    const to =
      key.kind === 'tab'
        ? tabsFor(may, id)[key.index] && `/servers/${id}/${tabsFor(may, id)[key.index]?.id}`
        : nextServer(id, key.step, tab);
    if (!to) return false;
    navigate(to);
    return true;
  };
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const { target } = event;
      if (event.defaultPrevented || event.repeat || !(target instanceof HTMLElement)) return;
      if (isTyping(target) || isForLayer(event)) return;
      if (latest.current(event)) event.preventDefault();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}

/** The same tab of the next server in the list. */
function nextServer(id: string, step: 1 | -1, tab: string): string | null {
  const ids = (hostStore.store.getState().servers ?? []).map(({ internal_id }) => internal_id);
  const next = neighbour(ids, id, step);
  return next && `/servers/${next}/${tab}`;
}
