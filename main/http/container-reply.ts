import type { Container } from '../../shared/http/containers.ts';
import type { ServerView } from '../servers/contract.ts';

/** A server as replies show it. */
export function container(view: ServerView): Container {
  const { definition, ...rest } = view;
  return {
    ...definition,
    ...rest,
    ports: definition.ports.map((port) => ({ ...port, port: port.host_port })),
  };
}
