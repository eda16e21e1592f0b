import type { Container } from '../../shared/http/containers.ts';
import { containerName } from '../servers/container/spec.ts';
import type { ServerView } from '../servers/contract.ts';
import { revisionOf } from './revision.ts';

/** A server as replies show it. */
export function container(view: ServerView): Container {
  const { definition: all, install_state, container_id, runs_as, ...rest } = view;
  const { host_user_problem: _, ...definition } = all;
  const isReady = install_state === 'installed';
  return {
    ...definition,
    ...rest,
    revision: revisionOf(all),
    user: runs_as,
    install_state: isReady ? 'ready' : install_state,
    // The engine takes its name as well, under which it will be made at the first start.
    container_id: container_id ?? (isReady ? containerName(definition.internal_id) : null),
    ports: definition.ports.map((port) => ({ ...port, port: port.host_port })),
  };
}
