import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { noAudit } from '../../main/audit/contract.ts';
import { createAuth } from '../../main/auth/tokens.ts';
import type { EngineMonitor } from '../../main/docker/contract.ts';
import { HostInfoSource } from '../../main/host/info.ts';
import { createHostUsage } from '../../main/host/usage.ts';
import { silentLog } from '../../main/lib/log.ts';
import { createPortPool } from '../../main/network/port-pool.ts';
import { Registry } from '../../main/servers/registry/registry.ts';
import { SocketServer } from '../../main/socket/socket-server.ts';
import { createStatsSampler } from '../../main/stats/sampler.ts';
import { StoreHealth } from '../../main/store/health.ts';
import { openSqliteStore } from '../../main/store/sqlite-store.ts';
import { LightdeckError } from '../../shared/errors.ts';
import { suiteCleanup } from '../support/cleanup.ts';
import { connectHost } from '../support/socket-client.ts';
import { tempDir } from '../support/temp.ts';
import { until } from '../support/until.ts';

const onEnd = suiteCleanup();
const token = 'lightd_0123456789abcdef';

/** No engine: these sockets are about sockets only. */
const noEngine: EngineMonitor = {
  state: { status: 'connecting', tried: [] },
  start() {},
  async stop() {},
  async look() {},
  places: async () => [],
  get engine(): never {
    throw new LightdeckError('engine_unreachable', 'no engine in this test');
  },
  isAccepting: async () => false,
  onState: () => () => {},
  onEvent: () => () => {},
};

/** A real socket server with a short ping, on a real port. */
async function shortPing(pingEveryMs: number): Promise<{ port: number; sockets: SocketServer }> {
  const dataDir = tempDir(onEnd);
  const store = openSqliteStore({ path: `${dataDir}/test.db`, log: silentLog });
  const auth = createAuth({ store, masterToken: () => token, now: Date.now, log: silentLog });
  const sampler = createStatsSampler({ engineReading: async () => null, cgroups: null, log: silentLog });
  const occupancy = { holders: async () => new Map<string, string>() };
  const registry = new Registry({
    monitor: noEngine,
    store,
    sampler,
    ports: createPortPool({ store, occupancy }),
    occupancy,
    volumes: { ready: async () => {}, usage: async () => null },
    allowedMounts: () => [],
    hostId: 'test',
    timeZone: () => null,
    hostUser: null,
    boot: 'test',
    now: Date.now,
    historyDir: `${dataDir}/console`,
    copiesDir: `${dataDir}/servers`,
    audit: noAudit,
    log: silentLog,
  });
  const hostInfo = new HostInfoSource({
    monitor: noEngine,
    health: new StoreHealth({ now: Date.now, log: silentLog }),
    usage: createHostUsage({ dataDir }),
    lan: { current: () => [], look: async () => {} },
    version: '0',
  });
  const sockets = new SocketServer({
    auth,
    audit: noAudit,
    registry,
    sampler,
    hostInfo,
    news: { on: () => () => {} },
    operations: { running: () => [] },
    log: silentLog,
    pingEveryMs,
  });
  const server = createServer();
  server.on('upgrade', (request, socket, head) => sockets.handleUpgrade(request, socket, head));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onEnd(async () => {
    await sockets.close();
    server.close();
    hostInfo.close();
    await registry.close();
    sampler.close();
    auth.close();
    store.close();
  });
  const address = server.address();
  return { port: typeof address === 'object' && address ? address.port : 0, sockets };
}

describe('S16 dead and slow clients', () => {
  it('a client that answers pings lives, a silent one is cut', async () => {
    const { port, sockets } = await shortPing(1000);
    const alive = await connectHost({ url: `http://127.0.0.1:${port}`, token });
    onEnd(() => alive.terminate());
    const silent = connect(port, '127.0.0.1');
    onEnd(() => void silent.destroy());
    silent.write(
      `GET /ws?token=${token} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
    );
    silent.resume();
    await until(() => sockets.size === 2);
    await once(silent, 'close');
    await until(() => sockets.size === 1);
    expect(alive.isOpen).toBe(true);
  });

  it('S2 a broken handshake does not consume a single-use token, and is answered 400', async () => {
    const { port } = await shortPing(30_000);
    const socket = connect(port, '127.0.0.1');
    onEnd(() => void socket.destroy());
    socket.write(
      `GET /ws?token=${token} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
    );
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toMatch(/^HTTP\/1\.1 400 /);
  });
});
