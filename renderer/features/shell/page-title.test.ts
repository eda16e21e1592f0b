import { expect, it } from 'vitest';
import type { ServerSummary } from '../../../shared/model/host.ts';
import { applyHostEvent, unknownHost } from '../../state/host-state.ts';
import type { HostView } from '../../state/host-store.ts';
import { summary } from '../../state/servers.test-helper.ts';
import { titleOf } from './page-title.ts';

const crashed = summary('b', {
  state: 'exit',
  last_exit: { at: 1, code: 1, signal: null, oom: false, wanted: false, reason: 'crashed' },
});
const view = (servers: ServerSummary[], changes: Partial<HostView> = {}): HostView => ({
  ...unknownHost,
  servers,
  link: { status: 'online', since: 1 },
  expiresAt: null,
  ...changes,
});

it('the title names the page or the server with its state, counts what crashed, and says that the host is away', () => {
  expect(titleOf(view([summary('a')]), '/')).toBe('Overview – Lightdeck');
  expect(titleOf(view([summary('a'), crashed]), '/servers/a/files')).toBe('(1) a: Running – Lightdeck');
  expect(titleOf(view([crashed]), '/servers/b')).toBe('(1) b: Crashed – Lightdeck');
  expect(
    titleOf(view([summary('a')], { link: { status: 'offline', since: 1, retryAt: 2 } }), '/settings'),
  ).toBe('Offline · Settings – Lightdeck');
  const host = {
    name: 'h',
    version: '1',
    engine: { status: 'connecting' as const, tried: [] },
    store: { status: 'failing' as const, since: 1, problem: 'full' },
    cpu: { cores: 1, usage: 0 },
    memory: { total: 1, used: 0 },
    disk: { total: 1, used: 0 },
  };
  expect(titleOf(view([], { host }), '/')).toBe('Can’t save · Overview – Lightdeck');
  expect(titleOf(view([]), '/nowhere')).toBe('This page does not exist – Lightdeck');
});

it('figures of one server leave the others as they are, so that only its card is drawn anew', () => {
  const before = { ...unknownHost, servers: [summary('a'), summary('b'), summary('c')] };
  const figures = {
    cpu_usage: 5,
    memory_usage: 1,
    memory_limit: 2,
    network_rx: 0,
    network_tx: 0,
    block_read: 0,
    block_write: 0,
  };
  const after = applyHostEvent(before, { event: 'stats', internal_id: 'b', ...figures });
  expect(after.servers?.map((now, index) => now === before.servers[index])).toEqual([true, false, true]);
  expect(after.servers?.[1]?.stats).toEqual(figures);
});
