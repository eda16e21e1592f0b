import { createServer, type Server } from 'node:net';
import { expect, it } from 'vitest';
import { bindAll } from './bind-all.ts';

it('a connection that could not be accepted (no file descriptors left) ends nothing', async () => {
  const { servers } = await bindAll<Server>({ host: '127.0.0.1', port: 0, create: () => createServer() });
  const fail = () => {
    for (const server of servers) server.emit('error', new Error('accept EMFILE'));
  };
  expect(fail).not.toThrow();
  expect(servers.every(({ listening }) => listening)).toBe(true);
  for (const server of servers) server.close();
});
