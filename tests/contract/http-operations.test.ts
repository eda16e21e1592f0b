import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { StartedOperation } from '../../main/operations/operations.ts';
import { createWorld, type World } from './http-world.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

const begin = (container: string | null): StartedOperation =>
  world.operations.start({
    kind: 'test',
    container,
    title: 'A test',
    scope: 'files.write',
    by: 'me',
    run: ({ signal }) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('x')))),
  });

describe('A20 operations', () => {
  test('are listed, read and cancelled', async () => {
    const { operation, ended } = begin('a');
    const list = await world.call('GET', '/operations');
    expect(list.json.operations).toMatchObject([{ id: operation.id, state: 'running', title: 'A test' }]);
    const cancelled = await world.call('POST', `/operations/${operation.id}/cancel`);
    expect(cancelled).toMatchObject({ status: 202, json: { id: operation.id } });
    await ended;
    const read = await world.call('GET', `/operations/${operation.id}`);
    expect(read).toMatchObject({ status: 200, json: { state: 'cancelled' } });
    const again = await world.call('POST', `/operations/${operation.id}/cancel`);
    expect(again).toMatchObject({ status: 409 });
    expect((await world.call('GET', '/operations/nothing')).status).toBe(404);
  });

  test('are seen by who sees their server, and cancelled by who might have begun them', async () => {
    const ofA = begin('a').operation.id;
    const ofHost = begin(null).operation.id;
    const guest = world.token({ containers: ['b'] });
    const viewer = world.token({ containers: ['a'], scopes: ['containers.read'] });
    const writer = world.token({ containers: ['a'] });
    for (const id of [ofA, ofHost]) {
      expect((await world.call('GET', `/operations/${id}`, { token: guest })).status).toBe(404);
      expect((await world.call('POST', `/operations/${id}/cancel`, { token: guest })).status).toBe(404);
    }
    expect((await world.call('GET', '/operations', { token: guest })).json).toEqual({ operations: [] });
    expect((await world.call('GET', `/operations/${ofA}`, { token: viewer })).status).toBe(200);
    expect((await world.call('GET', `/operations/${ofHost}`, { token: viewer })).status).toBe(404);
    const refused = await world.call('POST', `/operations/${ofA}/cancel`, { token: viewer });
    expect(refused).toMatchObject({ status: 403, json: { error: 'not permitted: files.write' } });
    expect((await world.call('POST', `/operations/${ofA}/cancel`, { token: writer })).status).toBe(202);
  });
});
