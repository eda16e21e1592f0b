import { expect, test } from 'vitest';
import type { ServerSummary } from '../../../shared/model/host.ts';
import { summary } from '../../state/servers.test-helper.ts';
import { type Concern, concernsOf, type Found } from './attention-order.ts';

const nothing: Found = { servers: [], troubled: [], disk: null, memory: null };
const trouble = (server: ServerSummary, restarts = 0) => ({ server, crash: null, restarts });
const told = (concerns: readonly Concern[]): string =>
  concerns.map(({ key, isBad }) => `${key}${isBad ? '!' : ''}`).join(', ');

test('the worst first: what lies there before what runs again, the machine before one server', () => {
  const full = summary('full', { is_full: true });
  const up = summary('up', { state: 'running' });
  const often = summary('often', { state: 'running' });
  const lies = summary('lies', { state: 'exit' });
  const gone = summary('gone', { state: 'unknown' });
  const found = concernsOf({
    servers: [up, full, often, lies, gone],
    troubled: [trouble(up, 1), trouble(often, 4), trouble(lies)],
    disk: '1 GiB',
    memory: '100 MiB',
  });
  expect(told(found)).toBe('unknown!, disk!, memory!, lies!, full full, often, up');
});

test('nothing while all is well; a full volume and a restart are amber, not red', () => {
  expect(concernsOf(nothing)).toEqual([]);
  expect(told(concernsOf({ ...nothing, servers: [summary('a', { is_full: true })] }))).toBe('full a');
});

test('of many that are equally bad the order in which they came stays', () => {
  const many = Array.from({ length: 30 }, (_, no) => trouble(summary(`s${no}`, { state: 'failed' })));
  const found = concernsOf({ ...nothing, troubled: many });
  expect(found.map(({ key }) => key)).toEqual(many.map(({ server }) => server.internal_id));
});
