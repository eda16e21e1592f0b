import type { ServerSummary } from '../../shared/model/host.ts';
import type { Stats } from '../../shared/protocol/server-events.ts';

export const figures: Stats = {
  cpu_usage: 50,
  memory_usage: 1000,
  memory_limit: 2000,
  network_rx: 1,
  network_tx: 2,
  block_read: 3,
  block_write: 4,
};

/** A server in the host's list: running, without figures, named after its id. */
export const summary = (internal_id: string, changes: Partial<ServerSummary> = {}): ServerSummary => ({
  internal_id,
  name: internal_id,
  image: '127.0.0.1:9/lightdeck-test/busybox:1',
  state: 'running',
  ports: [],
  limits: { memory: null, cpu: null },
  started_at: 1,
  stats: null,
  last_exit: null,
  ...changes,
});
