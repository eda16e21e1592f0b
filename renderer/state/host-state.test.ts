import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ServerSummary } from '../../shared/model/host.ts';
import type { HostEvent } from '../../shared/protocol/server-events.ts';
import { applyHostEvent, type HostState, unknownHost } from './host-state.ts';
import { figures, summary } from './servers.test-helper.ts';

const apply = (events: readonly HostEvent[], from: HostState = unknownHost): HostState =>
  events.reduce(applyHostEvent, from);
const names = (state: HostState) => state.servers?.map(({ name }) => name);

describe('the list of servers', () => {
  it('H1 H2 after any events: each server once, as it was told last, by name and then by id', () => {
    const id = fc.constantFrom('a', 'b', 'c', 'd', 'e');
    const server = fc
      .tuple(
        id,
        fc.constantFrom('Alpha', 'beta', 'Émile', 'zulu', '10', '9'),
        fc.constantFrom('exit', 'running'),
      )
      .map(([id, name, state]) => summary(id, { name, state: state === 'exit' ? 'exit' : 'running' }));
    const list = fc.uniqueArray(server, { selector: ({ internal_id }) => internal_id });
    const event = fc.oneof(
      list.map((data): HostEvent => ({ event: 'containers', data })),
      server.map((data): HostEvent => ({ event: 'container', data })),
      id.map((data): HostEvent => ({ event: 'container_removed', data })),
      fc.tuple(id, fc.nat(100)).map(
        ([internal_id, cpu_usage]): HostEvent => ({
          event: 'stats',
          internal_id,
          ...figures,
          cpu_usage,
        }),
      ),
    );
    fc.assert(
      fc.property(list, fc.array(event), (first, events) => {
        const known = new Map<string, ServerSummary>();
        for (const told of [{ event: 'containers', data: first } satisfies HostEvent, ...events]) {
          if (told.event === 'containers') known.clear();
          if (told.event === 'containers') for (const one of told.data) known.set(one.internal_id, one);
          if (told.event === 'container') known.set(told.data.internal_id, told.data);
          if (told.event === 'container_removed') known.delete(told.data);
          const old = told.event === 'stats' ? known.get(told.internal_id) : undefined;
          if (told.event === 'stats' && old) {
            const { event: _, internal_id, ...stats } = told;
            known.set(internal_id, { ...old, stats });
          }
        }
        const { servers } = apply([{ event: 'containers', data: first }, ...events]);
        const order = (a: ServerSummary, b: ServerSummary) =>
          a.name.localeCompare(b.name) || (a.internal_id < b.internal_id ? -1 : 1);
        expect(servers).toEqual([...known.values()].sort(order));
      }),
    );
  });

  it('is unknown until the host has told it: figures and removals are no list', () => {
    const { servers } = apply([
      { event: 'stats', internal_id: 'a', ...figures },
      { event: 'container_removed', data: 'a' },
      { event: 'daemon_message', data: 'Hello' },
      { event: 'token_expiring', expires_in: 60 },
    ]);
    expect(servers).toBeNull();
  });

  it('a server that is renamed moves to its place', () => {
    const list: HostEvent = {
      event: 'containers',
      data: [summary('x', { name: 'b' }), summary('y', { name: 'a' })],
    };
    expect(names(apply([list]))).toEqual(['a', 'b']);
    expect(names(apply([list, { event: 'container', data: summary('y', { name: 'c' }) }]))).toEqual([
      'b',
      'c',
    ]);
  });

  it('never changes what it was given: React compares', () => {
    const before = apply([{ event: 'containers', data: [summary('x'), summary('y')] }]);
    const copy = structuredClone(before);
    apply(
      [
        { event: 'stats', internal_id: 'x', ...figures },
        { event: 'container', data: summary('a') },
        { event: 'container_removed', data: 'y' },
      ],
      before,
    );
    expect(before).toEqual(copy);
  });
});

it('H4 knows of each operation what was told last, and forgets the ends of a connection that broke', () => {
  const operation = (id: string, state: 'running' | 'done'): HostEvent => ({
    event: 'operation',
    data: {
      id,
      kind: 'backup',
      container: 'a',
      title: 'Back up',
      state,
      progress: null,
      started_at: 1,
      ended_at: null,
      error: null,
      result: null,
    },
  });
  const known = apply([operation('1', 'running'), operation('2', 'running'), operation('1', 'done')]);
  expect(known.operations.map(({ id, state }) => `${id} ${state}`)).toEqual(['2 running', '1 done']);
  const many = apply(Array.from({ length: 70 }, (_, i) => operation(String(i), 'done')));
  expect(many.operations).toHaveLength(50);
  expect(apply([{ event: 'containers', data: [] }], known).operations).toEqual([]);
});
