import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createWorld, type World } from './http-world.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

const add = (body: unknown) => world.call('POST', '/network/ports', { body });
const pool = (path: string, method = 'GET', body?: unknown) =>
  world.call(method, `/network/ports${path}`, body === undefined ? {} : { body });
const tcp = (port: number, ip = '0.0.0.0') => ({ ip, port, protocol: 'tcp' as const });
const use = (port: number, server = 'srv') => world.store.ports.claim([tcp(port)], server);
const view = (port: number, more: object = {}) => ({
  ...tcp(port),
  in_use: false,
  used_by: null,
  reserved: false,
  held_by: null,
  ...more,
});
const all = async () => (await pool('')).json.ports;
const notFound = { error: 'Port not found in pool' };
const words = (text: unknown) => expect.stringContaining(String(text));

describe('POST /network/ports', () => {
  test('adds one, tcp by default; there already: 400', async () => {
    expect((await add({ ip: '0.0.0.0', port: 7001 })).json).toEqual({
      message: 'Port added to pool',
      ...tcp(7001),
    });
    expect((await add({ ip: '0.0.0.0', port: 7001, protocol: 'udp' })).status).toBe(200);
    const again = await add({ ip: '0.0.0.0', port: 7001, protocol: 'tcp' });
    expect([again.status, again.json]).toEqual([400, { error: 'Port already exists in pool' }]);
  });

  test('adds a range; what is there already stays as it is', async () => {
    await add({ ip: '0.0.0.0', port: 7002 });
    use(7002);
    const range = { ip: '0.0.0.0', port: 7001, end_port: 7004 };
    expect((await add(range)).json).toEqual({
      message: 'Port added to pool',
      ...tcp(7001),
      end_port: 7004,
      added: 3,
      existing: 1,
    });
    const states = [view(7001), view(7002, { in_use: true, used_by: 'srv' }), view(7003), view(7004)];
    expect(await all()).toEqual(states);
    const again = await add(range);
    expect([again.status, again.json]).toEqual([400, { error: 'Port already exists in pool' }]);
  });

  test('one address has 65,536 entries at most, and what is too much is not begun', async () => {
    const range = { ip: '0.0.0.0', port: 1, end_port: 65_535 };
    expect((await add(range)).json.added).toBe(65_535);
    const more = await add({ ...range, protocol: 'udp', end_port: 2 });
    expect([more.status, more.json.error]).toEqual([400, words('The pool is full')]);
    expect(world.store.ports.count()).toBe(65_535);
    expect((await add({ ip: '::', port: 1 })).status).toBe(200);
    expect((await pool('/random')).status).toBe(200);
  });

  test('one spelling for each address: IPv6 in full, IPv4 within IPv6', async () => {
    expect((await add({ ip: '0:0:0:0:0:0:0:1', port: 1 })).json.ip).toBe('::1');
    expect((await add({ ip: '::ffff:127.0.0.1', port: 1 })).json.ip).toBe('127.0.0.1');
    expect((await add({ ip: '127.0.0.1', port: 1 })).status).toBe(400);
  });

  test.each([
    [{ port: 1 }, 'ip: is required'],
    [{ ip: 'localhost', port: 1 }, 'ip: must be an IPv4 or IPv6 address'],
    [{ ip: '1.2.3.999', port: 1 }, 'ip: '],
    [{ ip: 'fe80::1%eth0', port: 1 }, 'ip: '],
    [{ ip: 5, port: 1 }, 'ip: '],
    [{ ip: '0.0.0.0' }, 'port: is required'],
    [{ ip: '0.0.0.0', port: '1' }, 'port: '],
    [{ ip: '0.0.0.0', port: 0 }, 'port: '],
    [{ ip: '0.0.0.0', port: 65_536 }, 'port: '],
    [{ ip: '0.0.0.0', port: 1.5 }, 'port: '],
    [{ ip: '0.0.0.0', port: 1, protocol: 'icmp' }, 'protocol: '],
    [{ ip: '0.0.0.0', port: 5, end_port: 4 }, 'end_port: must not be below port'],
    [{ ip: '0.0.0.0', port: 5, end_port: 65_536 }, 'end_port: '],
    [{ ip: '0.0.0.0', port: 5, end_port: null }, 'end_port: '],
    [{ ip: '0.0.0.0', port: 5, to: 6 }, 'unknown field: to'],
  ])('A3: %j: 400 beginning with %s', async (body, text) => {
    const reply = await add(body);
    expect(reply.status).toBe(400);
    expect(String(reply.json.error).startsWith(text)).toBe(true);
    expect(world.store.ports.count()).toBe(0);
  });
});

describe('GET /network/ports: in_use is true to reality', () => {
  test('a server, a reservation, a foreign process, an overlap', async () => {
    await add({ ip: '0.0.0.0', port: 1, end_port: 4 });
    await add({ ip: '127.0.0.1', port: 1 });
    use(1);
    await pool('/0.0.0.0/2/use', 'PUT', { in_use: true });
    world.hold(tcp(3), 'nginx (pid 812)');
    expect(await all()).toEqual([
      view(1, { in_use: true, used_by: 'srv' }),
      view(1, { ip: '127.0.0.1', in_use: true, held_by: 'the server srv, as 1/tcp on 0.0.0.0' }),
      view(2, { in_use: true, reserved: true }),
      view(3, { in_use: true, held_by: 'nginx (pid 812)' }),
      view(4),
    ]);
  });
});

describe('GET /network/ports/random', () => {
  const none = { error: 'No available ports in pool' };

  test('an empty pool: 404', async () => {
    const reply = await pool('/random');
    expect([reply.status, reply.json]).toEqual([404, none]);
  });

  test('never one that is in use, reserved or held, and it is not kept', async () => {
    await add({ ip: '0.0.0.0', port: 1, end_port: 4 });
    use(1);
    await pool('/0.0.0.0/2/use', 'PUT', { in_use: true });
    world.hold(tcp(3), 'nginx');
    for (let n = 0; n < 20; n += 1) expect((await pool('/random')).json).toEqual(view(4));
    use(4);
    expect((await pool('/random')).json).toEqual(none);
  });

  test('by chance: not always the same', async () => {
    await add({ ip: '0.0.0.0', port: 1, end_port: 50 });
    const seen = new Set<unknown>();
    for (let n = 0; n < 30; n += 1) seen.add((await pool('/random')).json.port);
    expect(seen.size).toBeGreaterThan(5);
  });

  test('of one protocol', async () => {
    await add({ ip: '0.0.0.0', port: 1 });
    await add({ ip: '0.0.0.0', port: 2, protocol: 'udp' });
    for (let n = 0; n < 10; n += 1) expect((await pool('/random?protocol=udp')).json.port).toBe(2);
    const reply = await pool('/random?protocol=sctp');
    expect([reply.status, reply.json.error]).toEqual([400, words('protocol: ')]);
  });
});

/** The three routes that name one port. */
const single = [
  ['GET', ''],
  ['DELETE', ''],
  ['PUT', '/use'],
] as const;

describe.each(single)('%s /network/ports/:ip/:port%s', (method, tail) => {
  const body = method === 'PUT' ? { in_use: false } : undefined;

  test('not in the pool: 404', async () => {
    await add({ ip: '0.0.0.0', port: 1 });
    for (const path of ['/0.0.0.0/2', '/127.0.0.1/1', '/::1/1', '/0.0.0.0/1'].map((one) => one + tail)) {
      const reply = await pool(`${path}?protocol=udp`, method, body);
      expect([reply.status, reply.json]).toEqual([404, notFound]);
    }
  });

  test.each(['::1', '%3A%3A1', '0:0:0:0:0:0:0:1', '%3a%3A0001'])('IPv6 as %s', async (ip) => {
    await add({ ip: '::1', port: 25_565 });
    expect((await pool(`/${ip}/25565${tail}`, method, body)).status).toBe(200);
  });

  test('both protocols there: it must be named', async () => {
    await add({ ip: '0.0.0.0', port: 1 });
    await add({ ip: '0.0.0.0', port: 1, protocol: 'udp' });
    const reply = await pool(`/0.0.0.0/1${tail}`, method, body);
    expect([reply.status, reply.json.error]).toEqual([400, words('protocol: is required')]);
    expect((await pool(`/0.0.0.0/1${tail}?protocol=udp`, method, body)).status).toBe(200);
    expect(world.store.ports.count()).toBe(method === 'DELETE' ? 1 : 2);
  });

  test.each([
    ['/localhost/1', 'ip: '],
    ['/..%2f/1', 'ip: '],
    ['/0.0.0.0/0', 'port: '],
    ['/0.0.0.0/65536', 'port: '],
    ['/0.0.0.0/1x', 'port: '],
    ['/0.0.0.0/-1', 'port: '],
    ['/0.0.0.0/0x10', 'port: '],
    ['/0.0.0.0/1e3', 'port: '],
  ])('A3: %s: 400 beginning with %s', async (path, text) => {
    const reply = await pool(`${path}${tail}`, method, body);
    expect(reply.status).toBe(400);
    expect(String(reply.json.error).startsWith(text)).toBe(true);
  });

  test('A3: a protocol that there is not: 400', async () => {
    const reply = await pool(`/0.0.0.0/1${tail}?protocol=sctp`, method, body);
    expect([reply.status, reply.json.error]).toEqual([400, words('protocol: ')]);
  });
});

test('GET /network/ports/:ip/:port shows one', async () => {
  await add({ ip: '0.0.0.0', port: 1 });
  expect((await pool('/0.0.0.0/1')).json).toEqual(view(1));
  world.hold(tcp(1), 'nginx (pid 812)');
  expect((await pool('/0.0.0.0/1')).json).toEqual(view(1, { in_use: true, held_by: 'nginx (pid 812)' }));
});

describe('DELETE /network/ports/:ip/:port', () => {
  test('a free one goes', async () => {
    await add({ ip: '0.0.0.0', port: 1 });
    const reply = await pool('/0.0.0.0/1', 'DELETE');
    expect([reply.status, reply.json]).toEqual([200, { message: 'Port deleted from pool' }]);
    expect((await pool('/0.0.0.0/1', 'DELETE')).json).toEqual(notFound);
  });

  test('in use, whatever by: 409 saying by whom, and it stays', async () => {
    await add({ ip: '0.0.0.0', port: 1, end_port: 3 });
    use(1, 'lobby');
    await pool('/0.0.0.0/2/use', 'PUT', { in_use: true });
    world.hold(tcp(3), 'nginx (pid 812)');
    for (const [port, text] of [
      [1, 'in use by the server lobby'],
      [2, 'is reserved'],
      [3, 'in use by nginx (pid 812)'],
    ]) {
      const reply = await pool(`/0.0.0.0/${port}`, 'DELETE');
      expect([reply.status, reply.json.error]).toEqual([409, words(text)]);
    }
    expect(world.store.ports.count()).toBe(3);
  });
});

describe('PUT /network/ports/:ip/:port/use', () => {
  const put = (in_use: unknown, port = 1) => pool(`/0.0.0.0/${port}/use`, 'PUT', { in_use });

  test('reserves and gives back; a reserved one is given to nobody', async () => {
    await add({ ip: '0.0.0.0', port: 1 });
    const reserved = { message: 'Port usage updated', ip: '0.0.0.0', port: 1, in_use: true };
    expect((await put(true)).json).toEqual(reserved);
    expect((await put(true)).json).toEqual(reserved);
    expect(() => world.ports.claim([{ ...tcp(1), host_port: 1, container_port: 1 }], 'a')).toThrow();
    expect((await put(false)).json).toEqual({ ...reserved, in_use: false });
    expect(world.ports.claim([{ ...tcp(1), host_port: 1, container_port: 1 }], 'a')).toHaveLength(1);
  });

  test('what a server or a process has can not be declared free: 409, and nothing changes', async () => {
    await add({ ip: '0.0.0.0', port: 1, end_port: 2 });
    use(1, 'lobby');
    world.hold(tcp(2), 'nginx (pid 812)');
    const before = await all();
    expect((await put(false, 1)).json.error).toEqual(words('the server lobby'));
    expect((await put(false, 2)).status).toBe(409);
    expect(await all()).toEqual(before);
    expect((await put(true, 1)).json.in_use).toBe(true);
    world.store.ports.release('lobby');
    expect((await pool('/0.0.0.0/1')).json).toEqual(view(1));
  });

  test('two reservations that overlap can be cleared one by one', async () => {
    await add({ ip: '0.0.0.0', port: 1 });
    await add({ ip: '127.0.0.1', port: 1 });
    await put(true);
    await pool('/127.0.0.1/1/use', 'PUT', { in_use: true });
    expect((await put(false)).json.in_use).toBe(true);
    expect((await pool('/127.0.0.1/1/use', 'PUT', { in_use: false })).json.in_use).toBe(false);
    expect(await all()).toEqual([view(1), view(1, { ip: '127.0.0.1' })]);
  });

  test.each([
    [{}, 'in_use: is required'],
    [{ in_use: 1 }, 'in_use: '],
    [{ in_use: 'true' }, 'in_use: '],
    [{ in_use: null }, 'in_use: '],
    [{ in_use: true, protocol: 'tcp' }, 'unknown field: protocol'],
  ])('A3: %j: 400 beginning with %s', async (body, text) => {
    await add({ ip: '0.0.0.0', port: 1 });
    const reply = await pool('/0.0.0.0/1/use', 'PUT', body);
    expect(reply.status).toBe(400);
    expect(String(reply.json.error).startsWith(text)).toBe(true);
    expect(await all()).toEqual([view(1)]);
  });
});

describe('POST /network/ports/bulk-delete', () => {
  const bulk = (ports: unknown) => pool('/bulk-delete', 'POST', { ports });

  test('deletes what is free, counts that alone, and tells what it left', async () => {
    await add({ ip: '0.0.0.0', port: 1, end_port: 5 });
    await add({ ip: '0.0.0.0', port: 1, protocol: 'udp' });
    await add({ ip: '0.0.0.0', port: 5, protocol: 'udp' });
    await add({ ip: '::1', port: 6 });
    use(2);
    world.hold(tcp(3), 'nginx');
    const reply = await bulk([
      { ip: '0.0.0.0', port: 1 },
      { ip: '0.0.0.0', port: 2 },
      { ip: '0.0.0.0', port: 3, protocol: 'tcp' },
      { ip: '0.0.0.0', port: 5, protocol: 'udp' },
      { ip: '0:0:0:0:0:0:0:1', port: 6 },
      { ip: '0:0:0:0:0:0:0:1', port: 6 },
      { ip: '0.0.0.0', port: 9 },
    ]);
    expect(reply.json).toEqual({
      message: 'Deleted 4 ports from pool',
      deleted_count: 4,
      skipped: [
        { ...tcp(2), reason: 'in_use' },
        { ...tcp(3), reason: 'in_use' },
        { ip: '0.0.0.0', port: 9, protocol: null, reason: 'not_found' },
      ],
    });
    expect(world.store.ports.all().map(({ port, protocol }) => `${port}/${protocol}`)).toEqual([
      ...['2/tcp', '3/tcp', '4/tcp', '5/tcp'],
    ]);
  });

  test('none at all is fine', async () => {
    expect((await bulk([])).json).toEqual({
      message: 'Deleted 0 ports from pool',
      deleted_count: 0,
      skipped: [],
    });
  });

  test('a pool of thousands goes at once', async () => {
    await add({ ip: '0.0.0.0', port: 1, end_port: 20_000 });
    const ports = Array.from({ length: 20_000 }, (_, n) => ({ ip: '0.0.0.0', port: n + 1 }));
    expect((await bulk(ports)).json.deleted_count).toBe(20_000);
    expect((await bulk([...ports, ...ports.slice(0, 1)])).status).toBe(400);
  });

  test.each([
    [{}, 'ports: is required'],
    [{ ports: {} }, 'ports: '],
    [{ ports: [{}] }, 'ports.0.ip: is required'],
    [{ ports: [{ ip: '0.0.0.0' }] }, 'ports.0.port: is required'],
    [
      {
        ports: [
          { ip: '0.0.0.0', port: 1 },
          { ip: 'x', port: 1 },
        ],
      },
      'ports.1.ip: ',
    ],
    [{ ports: [{ ip: '0.0.0.0', port: '1' }] }, 'ports.0.port: '],
    [{ ports: [{ ip: '0.0.0.0', port: 1, protocol: 'x' }] }, 'ports.0.protocol: '],
    [{ ports: [], force: true }, 'unknown field: force'],
  ])('A3: %j: 400 beginning with %s, and nothing goes', async (body, text) => {
    await add({ ip: '0.0.0.0', port: 1 });
    const reply = await pool('/bulk-delete', 'POST', body);
    expect(reply.status).toBe(400);
    expect(String(reply.json.error).startsWith(text)).toBe(true);
    expect(world.store.ports.count()).toBe(1);
  });
});

test('the pool is not for tokens without the scope network', async () => {
  await add({ ip: '0.0.0.0', port: 1 });
  const token = world.token({ scopes: ['containers.write'] });
  const reply = await world.call('DELETE', '/network/ports/0.0.0.0/1', { token });
  expect([reply.status, reply.json]).toEqual([403, { error: 'not permitted: network' }]);
  expect(world.store.ports.count()).toBe(1);
});

describe('GET /network/check', () => {
  const check = (query: string) => world.call('GET', `/network/check?${query}`);

  test('tells of any port who has it, whether the pool has it, and the next free one', async () => {
    await add({ ip: '0.0.0.0', port: 7001 });
    use(7001);
    world.hold(tcp(7002), 'nginx (pid 812)');
    const more = { in_pool: true, next_free: 7003 };
    expect((await check('port=7001')).json).toEqual({
      ...view(7001, { in_use: true, used_by: 'srv' }),
      ...more,
    });
    expect((await check('port=7001&container=srv')).json).toMatchObject({ in_use: false, next_free: 7001 });
    expect((await check('port=7002')).json).toEqual({
      ...view(7002, { in_use: true, held_by: 'nginx (pid 812)' }),
      ...more,
      in_pool: false,
    });
    expect(await all()).toHaveLength(1);
  });

  test.each(['', 'port=0', 'port=70000', 'port=1&ip=here', 'port=1&protocol=sctp', 'port=1&container=../x'])(
    'A3: %s: 400',
    async (query) => expect((await check(query)).status).toBe(400),
  );
});
