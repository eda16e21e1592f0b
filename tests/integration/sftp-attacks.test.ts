import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { maxHandles } from '../../main/sftp/handles.ts';
import { requestType as ask, string, u32, u64 } from '../../main/sftp/wire.ts';
import { LightdeckError } from '../../shared/errors.ts';
import { suiteCleanup } from '../support/cleanup.ts';
import { connectSsh, openFields, RawSftp } from '../support/raw-sftp.ts';
import { openSftpWorld } from '../support/sftp-world.ts';
import { until } from '../support/until.ts';

const status = { ok: 0, eof: 1, missing: 2, denied: 3, failure: 4, bad: 5, unsupported: 8 };
const writing = 2 | 8;

describe('A13 A9 attacks over SFTP', async () => {
  const onEnd = suiteCleanup();
  const world = await openSftpWorld(onEnd);
  const login = await world.login('one');
  const root = world.volumes.one;
  const secret = join(world.outside, 'secret');
  writeFileSync(secret, 'secret');
  const ssh = await connectSsh(login, onEnd);
  const raw = async (options: { init?: boolean } = {}): Promise<RawSftp> => {
    const client = await RawSftp.open(ssh, options);
    onTestFinished(() => client.channel.close());
    return client;
  };
  const outsideIsUntouched = (): void => {
    expect(readFileSync(secret, 'utf8')).toBe('secret');
    expect(readdirSync(world.outside)).toEqual(['secret']);
    expect(readdirSync(join(root, '..')).sort()).toEqual(['one', 'two']);
    expect(world.logged).toEqual([]);
  };

  const tooLong = 'x/'.repeat(20_000);

  /** Every verb that takes a path, applied to `path`; each one's reply. */
  const everyVerb = async (client: RawSftp, path: string) => {
    const p = string(path);
    return [
      await client.ask(ask.open, ...openFields(path, 1)),
      await client.ask(ask.open, ...openFields(path, writing)),
      await client.ask(ask.stat, p),
      await client.ask(ask.setstat, p, u32(4), u32(0o777)),
      await client.ask(ask.setstat, p, u32(1), u64(0)),
      await client.ask(ask.opendir, p),
      await client.ask(ask.mkdir, p, u32(0)),
      await client.ask(ask.rename, p, string('stolen')),
      await client.ask(ask.rename, string('harmless'), p),
      await client.ask(ask.extended, string('posix-rename@openssh.com'), string('harmless'), p),
      await client.ask(ask.readlink, p),
      await client.ask(ask.symlink, p, string('x')),
      await client.ask(ask.symlink, string('x'), p),
      await client.ask(ask.rmdir, p),
      await client.ask(ask.remove, p),
    ];
  };

  test.each([
    '../outside/secret',
    '/../../outside/secret',
    'a/../../../outside/secret',
    '..\\..\\outside\\secret',
    'C:\\Windows\\win.ini',
    'C:/Windows/win.ini',
    '/C:/Windows',
    'a\0b',
    '../outside/secret\0.txt',
    'a path of 40,000 characters',
  ])('A9 the path %j leads nowhere, for any verb', async (path) => {
    writeFileSync(join(root, 'harmless'), 'harmless');
    const client = await raw();
    for (const reply of await everyVerb(client, path.startsWith('a path') ? tooLong : path)) {
      expect(reply.type).toBe(101);
      expect(reply.status).not.toBe(status.ok);
    }
    expect(readFileSync(join(root, 'harmless'), 'utf8')).toBe('harmless');
    expect(existsSync(join(root, 'stolen'))).toBe(false);
    outsideIsUntouched();
  });

  test('A9 links that the container planted lead nowhere', async () => {
    mkdirSync(join(root, 'planted'));
    const plant = (name: string, target: string) => symlinkSync(target, join(root, 'planted', name));
    plant('absolute', secret);
    plant('relative', '../../../outside/secret');
    plant('folder', '../../../outside');
    plant('up', '../..');
    plant('proc', '/proc/self/root/etc/passwd');
    plant('new', join(world.outside, 'made'));
    plant('loop', 'loop');
    writeFileSync(join(root, 'harmless'), 'harmless');
    const client = await raw();
    for (const path of [
      'absolute',
      'relative',
      'folder/secret',
      'folder/new',
      'up/two',
      'up/../outside/secret',
      'proc',
      'new',
      'loop',
    ]) {
      // The last two verbs may remove a link itself, and `rename` may move it: that touches nothing outside.
      const replies = (await everyVerb(client, `planted/${path}`)).slice(0, 6);
      for (const reply of replies) expect([path, reply.status]).not.toEqual([path, status.ok]);
      for (const reply of replies) expect([path, reply.type]).toEqual([path, 101]);
      writeFileSync(join(root, 'harmless'), 'harmless');
    }
    outsideIsUntouched();
  });

  test('A9 a link swapped in while files are opened gives nothing away', async () => {
    const spot = join(root, 'swap');
    mkdirSync(join(root, 'real'));
    writeFileSync(join(root, 'real/secret'), 'inside');
    symlinkSync(world.outside, join(root, 'trap'));
    renameSync(join(root, 'real'), spot);
    const client = await raw();
    let open = true;
    const swapping = (async () => {
      while (open) {
        renameSync(spot, join(root, 'real'));
        renameSync(join(root, 'trap'), spot);
        await new Promise((resolve) => setImmediate(resolve));
        renameSync(spot, join(root, 'trap'));
        renameSync(join(root, 'real'), spot);
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    let seen = 0;
    for (let round = 0; round < 100; round += 1) {
      const reply = await client.ask(ask.open, ...openFields('swap/secret', 1));
      if (reply.type !== 102) continue;
      const data = await client.ask(ask.read, reply.fields, u64(0), u32(100));
      expect(data.fields.subarray(4).toString()).toBe('inside');
      await client.ask(ask.close, reply.fields);
      seen += 1;
    }
    open = false;
    await swapping;
    expect(seen).toBeGreaterThan(0);
    outsideIsUntouched();
  });

  test('A9 pipes and devices that the container made are not opened, and nobody waits for them', async () => {
    execFileSync('mkfifo', [join(root, 'pipe')]);
    const client = await raw();
    expect(await client.ask(ask.open, ...openFields('pipe', 1))).toMatchObject({ status: status.failure });
    expect(await client.ask(ask.open, ...openFields('pipe', 2))).toMatchObject({ status: status.failure });
    rmSync(join(root, 'pipe'));
  });

  test('A13 handles that are unknown, closed, of another session or of the wrong kind', async () => {
    writeFileSync(join(root, 'held'), 'held');
    const [client, other] = [await raw(), await raw()];
    const file = await client.handle(ask.open, ...openFields('held', 1));
    const folder = await client.handle(ask.opendir, string('.'));
    const bogus = [u32(0), string(u32(77)), string(''), string(randomBytes(300)), string(randomBytes(4))];
    for (const handle of bogus) {
      for (const type of [ask.close, ask.readdir, ask.fstat])
        expect(await client.ask(type, handle)).toMatchObject({ status: status.failure });
      expect(await client.ask(ask.read, handle, u64(0), u32(1))).toMatchObject({ status: status.failure });
      expect(await client.ask(ask.write, handle, u64(0), string('x'))).toMatchObject({
        status: status.failure,
      });
    }
    expect(await other.ask(ask.read, file, u64(0), u32(4))).toMatchObject({ status: status.failure });
    expect(await client.ask(ask.readdir, file)).toMatchObject({ status: status.failure });
    expect(await client.ask(ask.read, folder, u64(0), u32(4))).toMatchObject({ status: status.failure });
    expect(await client.ask(ask.write, file, u64(0), string('x'))).toMatchObject({ status: status.denied });
    expect(await client.ask(ask.fsetstat, file, u32(1), u64(0))).toMatchObject({ status: status.denied });
    expect(await client.ask(ask.close, file)).toMatchObject({ status: status.ok });
    expect(await client.ask(ask.close, file)).toMatchObject({ status: status.failure });
    expect(readFileSync(join(root, 'held'), 'utf8')).toBe('held');
  });

  test('A13 handles run out for the session that keeps them, and come back', async () => {
    writeFileSync(join(root, 'many'), 'many');
    const [client, other] = [await raw(), await raw()];
    const handles: Buffer[] = [];
    for (let n = 0; n < maxHandles; n += 1)
      handles.push(await client.handle(ask.open, ...openFields('many', 1)));
    expect(await client.ask(ask.open, ...openFields('many', 1))).toMatchObject({
      status: status.failure,
      words: expect.stringContaining('close some first'),
    });
    expect(await client.ask(ask.opendir, string('/'))).toMatchObject({ status: status.failure });
    await other.handle(ask.open, ...openFields('many', 1));
    await client.ask(ask.close, handles[0] ?? Buffer.alloc(0));
    await client.handle(ask.open, ...openFields('many', 1));
  });

  test('A13 packets that are too short are answered, and the session goes on', async () => {
    const client = await raw();
    for (const type of Object.values(ask).filter((type) => type !== ask.init)) {
      const reply = await client.ask(type, Buffer.from([0, 0]));
      expect([type, reply.status]).toEqual([type, type === ask.symlink ? status.denied : status.bad]);
    }
    expect(await client.ask(ask.open, u32(0xffff_ffff))).toMatchObject({ status: status.bad });
    expect(await client.ask(99)).toMatchObject({ status: status.unsupported });
    expect(await client.ask(ask.extended, string('nobody@knows'))).toMatchObject({
      status: status.unsupported,
    });
    // A name is bytes, whatever they mean.
    expect(await client.ask(ask.stat, string(Buffer.from([0xff, 0xfe])))).toMatchObject({
      status: status.missing,
    });
    expect(await client.ask(ask.stat, string('/'))).toMatchObject({ type: 105 });
  });

  test.each([
    ['a length of 0', u32(0)],
    ['a length above the limit', Buffer.concat([u32(300_000), Buffer.alloc(100)])],
    ['a length of 4 GB', u32(0xffff_ffff)],
    ['a second init', Buffer.concat([u32(5), Buffer.from([1]), u32(3)])],
    ['a request without an id', Buffer.concat([u32(2), Buffer.from([17, 0])])],
    ['noise', Buffer.concat([Buffer.from([255]), randomBytes(2000)])],
  ])('A13 %s ends the channel', async (_name, bytes) => {
    const client = await raw();
    client.channel.write(bytes);
    await expect(client.packet()).rejects.toThrow('the channel ended');
    expect(world.logged).toEqual([]);
  });

  test('A13 a first packet that is no init ends the channel', async () => {
    const client = await raw({ init: false });
    client.write(ask.stat, u32(1), string('/'));
    await expect(client.packet()).rejects.toThrow('the channel ended');
  });

  test('A13 noise instead of SSH, and after the greeting, only ends that connection', async () => {
    for (const bytes of [
      randomBytes(100_000),
      Buffer.concat([Buffer.from('SSH-2.0-x\r\n'), randomBytes(100_000)]),
      Buffer.concat([Buffer.from('SSH-2.0-x\r\n'), u32(0xffff_fff0), Buffer.alloc(100_000)]),
      Buffer.from('GET / HTTP/1.1\r\n\r\n'),
    ]) {
      const socket = connect(world.port, '127.0.0.1');
      socket.on('error', () => {});
      socket.resume();
      socket.write(bytes);
      await until(() => socket.destroyed, { what: 'the connection to be closed' });
    }
    expect(await (await raw()).ask(ask.stat, string('/'))).toMatchObject({ type: 105 });
  });

  test('A13 pipelined requests on one file are carried out in their order', async () => {
    const client = await raw();
    const file = await client.handle(ask.open, ...openFields('order', 1 | writing | 16));
    const ids: number[] = [];
    for (let n = 0; n < 200; n += 1) {
      ids.push(client.send(ask.write, file, u64(0), string(String(n).padStart(8))));
      ids.push(client.send(ask.read, file, u64(0), u32(8)));
    }
    for (let n = 0; n < 200; n += 1) {
      expect(await client.reply()).toMatchObject({ id: ids[2 * n], status: status.ok });
      const read = await client.reply();
      expect(read.id).toBe(ids[2 * n + 1]);
      expect(read.fields.subarray(4).toString()).toBe(String(n).padStart(8));
    }
  });

  test('A13 append goes to the end, exclusive refuses what is there, truncate empties', async () => {
    const client = await raw();
    writeFileSync(join(root, 'flags'), 'start');
    const end = await client.handle(ask.open, ...openFields('flags', 2 | 4));
    await client.ask(ask.write, end, u64(0), string('+more'));
    expect(readFileSync(join(root, 'flags'), 'utf8')).toBe('start+more');
    expect(await client.ask(ask.open, ...openFields('flags', writing | 32))).toMatchObject({
      status: status.failure,
      words: '"flags" exists already',
    });
    expect(await client.ask(ask.open, ...openFields('not there', 2))).toMatchObject({
      status: status.missing,
    });
    expect(await client.ask(ask.open, ...openFields('no/parent', writing))).toMatchObject({
      status: status.missing,
    });
    await client.handle(ask.open, ...openFields('flags', writing | 16));
    expect(readFileSync(join(root, 'flags'), 'utf8')).toBe('');
  });

  test('A13 rename leaves what is at its target, posix-rename replaces it', async () => {
    const client = await raw();
    writeFileSync(join(root, 'from'), 'from');
    writeFileSync(join(root, 'to'), 'to');
    expect(await client.ask(ask.rename, string('from'), string('to'))).toMatchObject({
      status: status.failure,
      words: expect.stringContaining('exists already'),
    });
    expect(readFileSync(join(root, 'to'), 'utf8')).toBe('to');
    const posix = string('posix-rename@openssh.com');
    expect(await client.ask(ask.extended, posix, string('from'), string('to'))).toMatchObject({ status: 0 });
    expect(readFileSync(join(root, 'to'), 'utf8')).toBe('from');
  });

  test('F18 F10 links that stay inside are read, and names are bytes', async () => {
    const client = await raw();
    const odd = Buffer.from([0x63, 0xe9]);
    mkdirSync(join(root, 'odd'));
    symlinkSync('/home/container/odd', join(root, 'odd/link'));
    const path = (name: Buffer): Buffer => string(Buffer.concat([Buffer.from('odd/'), name]));
    const read = await client.ask(ask.readlink, string('odd/link'));
    expect(read.fields.subarray(4 + 4, 4 + 4 + 2).toString()).toBe('..');
    const file = await client.handle(ask.open, path(odd), u32(writing), u32(0));
    await client.ask(ask.close, file);
    const folder = await client.handle(ask.opendir, string('odd'));
    const listed = await client.ask(ask.readdir, folder);
    expect(listed.fields.includes(string(odd))).toBe(true);
    expect(await client.ask(ask.rename, path(odd), path(Buffer.from([0xff])))).toMatchObject({ status: 0 });
    expect(await client.ask(ask.remove, path(Buffer.from([0xff])))).toMatchObject({ status: 0 });
    expect(readdirSync(join(root, 'odd'))).toEqual(['link']);
  });

  test('F17 A13 owner and set-id bits can not be set, but for the owner that is', async () => {
    const client = await raw();
    writeFileSync(join(root, 'bits'), '');
    const { uid, gid } = statSync(join(root, 'bits'));
    for (const [user, group] of [
      [uid + 1, gid],
      [uid, gid + 1],
      [0xffff_ffff, gid + 1],
    ] as const)
      expect(await client.ask(ask.setstat, string('bits'), u32(2), u32(user), u32(group))).toMatchObject({
        status: status.denied,
      });
    const open = await client.handle(ask.open, ...openFields('bits', 2));
    for (const [user, group] of [
      [uid, gid],
      [uid, 0xffff_ffff],
    ] as const) {
      const owner = [u32(2), u32(user), u32(group)];
      expect(await client.ask(ask.setstat, string('bits'), ...owner)).toMatchObject({ status: status.ok });
      expect(await client.ask(ask.fsetstat, open, ...owner)).toMatchObject({ status: status.ok });
    }
    await client.ask(ask.setstat, string('bits'), u32(4), u32(0o106755));
    const file = await client.handle(ask.open, ...openFields('bits', 2));
    await client.ask(ask.fsetstat, file, u32(4), u32(0o106755));
    const stat = await client.ask(ask.fstat, file);
    expect(stat.fields.readUInt32BE(4 + 8 + 8).toString(8)).toBe('100755');
  });

  test('A10 A13 what the volume has no room for is refused in words, and counted back', async () => {
    const client = await raw();
    // What other tests have deleted would be given up for room, and counted back.
    rmSync(join(root, '.lightdeck-trash'), { recursive: true, force: true });
    let left = 1000;
    world.room = {
      take(bytes) {
        if (bytes > left) throw new LightdeckError('out_of_space', 'System out of storage');
        left -= bytes;
      },
      left: () => left,
    };
    onTestFinished(() => {
      world.room = { take() {}, left: () => Number.POSITIVE_INFINITY };
    });
    const file = await client.handle(ask.open, ...openFields('big', writing | 16));
    const refused = { status: status.failure, words: 'System out of storage' };
    expect(await client.ask(ask.write, file, u64(0), string(Buffer.alloc(600)))).toMatchObject({ status: 0 });
    expect(await client.ask(ask.write, file, u64(0), string(Buffer.alloc(600)))).toMatchObject({ status: 0 });
    expect(left).toBe(400);
    expect(await client.ask(ask.write, file, u64(600), string(Buffer.alloc(600)))).toMatchObject(refused);
    expect(await client.ask(ask.fsetstat, file, u32(1), u64(5000))).toMatchObject(refused);
    expect(await client.ask(ask.setstat, string('big'), u32(1), u64(2 ** 50))).toMatchObject(refused);
    expect(readFileSync(join(root, 'big')).length).toBe(600);
    expect(await client.ask(ask.fsetstat, file, u32(1), u64(100))).toMatchObject({ status: 0 });
    expect(left).toBe(900);
    await client.handle(ask.open, ...openFields('big', writing | 16));
    expect(left).toBe(1000);
  });
});
