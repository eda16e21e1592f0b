import type { Container } from '../../../../shared/http/containers.ts';
import { waysStrings as strings } from './ways-strings.ts';

/** Why nothing would be reached at that port of the container (null: the first that is published), as a sentence; null: it is published. */
export function unpublished(
  ports: Container['ports'],
  protocol: 'tcp' | 'udp',
  port: number | null,
): string | null {
  const fitting = ports.filter((one) => one.protocol === protocol);
  if (port === null) return fitting.length === 0 ? strings.nonePublished(protocol) : null;
  const isThere = fitting.some(({ container_port }) => container_port === port);
  return isThere ? null : strings.notPublished(port, protocol);
}
