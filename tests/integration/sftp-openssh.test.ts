import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { suiteCleanup } from '../support/cleanup.ts';
import { OpenSsh } from '../support/openssh.ts';
import { has } from '../support/requirements.ts';
import { openSftpWorld } from '../support/sftp-world.ts';
import { tempDir } from '../support/temp.ts';

const noisy = (length: number): Buffer =>
  Buffer.from(Array.from({ length }, (_, i) => (i * 31 + (i >> 8)) & 255));

describe.skipIf(!has('sftp'))("A13 OpenSSH's own programs", async () => {
  const onEnd = suiteCleanup();
  const world = await openSftpWorld(onEnd);
  const login = await world.login('one');
  const root = world.volumes.one;
  /** A folder on both sides that no other test uses. */
  const scene = (name: string) => {
    const local = tempDir();
    mkdirSync(join(root, name));
    return { client: new OpenSsh(login, local), local, remote: join(root, name) };
  };

  test('A13 put, get, rename, mkdir, rm, rmdir, ls, chmod', async () => {
    const { client, local, remote } = scene('verbs');
    writeFileSync(join(local, 'a.bin'), noisy(300_000));
    const done = await client.sftp(
      'cd verbs',
      'pwd',
      'put a.bin',
      'mkdir sub',
      'rename a.bin sub/b.bin',
      'get sub/b.bin back.bin',
      'chmod 600 sub/b.bin',
      'ls -l sub',
      'put a.bin gone.bin',
      'rm gone.bin',
      'mkdir empty',
      'rmdir empty',
      'df',
    );
    expect(done).toMatchObject({ code: 0, stderr: '' });
    expect(done.stdout).toContain('Remote working directory: /verbs');
    expect(done.stdout).toMatch(/-rw------- +\S+ +\S+ +\S+ +300000 .* b\.bin/);
    expect(readFileSync(join(local, 'back.bin')).equals(noisy(300_000))).toBe(true);
    expect(readdirSync(remote)).toEqual(['sub']);
    expect(statSync(join(remote, 'sub/b.bin')).mode & 0o777).toBe(0o600);
    const verbs = world.audit.filter(({ detail }) => detail.startsWith('verbs/')).map(({ action }) => action);
    expect(verbs).toEqual(expect.arrayContaining(['open', 'mkdir', 'rename', 'setstat', 'remove', 'rmdir']));
    expect(world.logged).toEqual([]);
  });

  test('A13 an upload and a download resume where they ended', async () => {
    const { client, local, remote } = scene('resume');
    const whole = noisy(700_000);
    writeFileSync(join(local, 'up.bin'), whole);
    writeFileSync(join(remote, 'up.bin'), whole.subarray(0, 250_000));
    writeFileSync(join(remote, 'down.bin'), whole);
    writeFileSync(join(local, 'down.bin'), whole.subarray(0, 333_333));
    const done = await client.sftp('reput up.bin resume/up.bin', 'reget resume/down.bin down.bin');
    expect(done).toMatchObject({ code: 0, stderr: '' });
    expect(readFileSync(join(remote, 'up.bin')).equals(whole)).toBe(true);
    expect(readFileSync(join(local, 'down.bin')).equals(whole)).toBe(true);
  });

  test('A13 whole folders, odd names, preserved times', async () => {
    const { client, local, remote } = scene('tree');
    mkdirSync(join(local, 'tree/deep er/ünï'), { recursive: true });
    writeFileSync(join(local, 'tree/deep er/ünï/☃ $(x) \'q".txt'), 'snow');
    writeFileSync(join(local, 'tree/empty'), '');
    const done = await client.sftp('put -rp tree tree', 'get -r tree/tree back');
    expect(done).toMatchObject({ code: 0, stderr: '' });
    expect(readFileSync(join(remote, 'tree/deep er/ünï/☃ $(x) \'q".txt'), 'utf8')).toBe('snow');
    expect(readFileSync(join(local, 'back/deep er/ünï/☃ $(x) \'q".txt'), 'utf8')).toBe('snow');
    expect(readFileSync(join(local, 'back/empty'), 'utf8')).toBe('');
    const [there, here] = [statSync(join(remote, 'tree/empty')), statSync(join(local, 'tree/empty'))];
    expect(Math.floor(there.mtimeMs / 1000)).toBe(Math.floor(here.mtimeMs / 1000));
  });

  test('A13 scp both ways', async () => {
    const { client, local, remote } = scene('scp');
    writeFileSync(join(local, 'a.bin'), noisy(400_000));
    expect(await client.scp('a.bin', ':scp/b.bin')).toMatchObject({ code: 0, stderr: '' });
    expect(await client.scp(':/scp/b.bin', 'c.bin')).toMatchObject({ code: 0, stderr: '' });
    expect(readFileSync(join(local, 'c.bin')).equals(noisy(400_000))).toBe(true);
    mkdirSync(join(local, 'dir/sub'), { recursive: true });
    writeFileSync(join(local, 'dir/sub/x'), 'x');
    expect(await client.scp('-r', 'dir', ':scp/')).toMatchObject({ code: 0, stderr: '' });
    expect(readFileSync(join(remote, 'dir/sub/x'), 'utf8')).toBe('x');
  });

  test('A13 the old scp protocol, a shell and a command are refused in words', async () => {
    const { client, local } = scene('refused');
    writeFileSync(join(local, 'a'), 'a');
    for (const ended of [
      await client.scp('-O', 'a', ':refused/a'),
      await client.ssh('id'),
      await client.ssh('-T'),
    ]) {
      expect(ended.code).not.toBe(0);
      expect(ended.stderr).toContain('This host speaks SFTP only');
    }
    expect(readdirSync(join(root, 'refused'))).toEqual([]);
  });

  test('A13 no forwarding of ports', async () => {
    const { client } = scene('forward');
    const local = await client.ssh('-W', '127.0.0.1:1');
    expect(local.code).not.toBe(0);
    const remote = await client.ssh('-o', 'ExitOnForwardFailure=yes', '-N', '-R', '0:127.0.0.1:1');
    expect(remote.code).not.toBe(0);
    expect(remote.stderr).toMatch(/forwarding failed/i);
  });

  test('A13 links can not be made, and nothing above the root is reached', async () => {
    const { client, remote } = scene('links');
    writeFileSync(join(remote, 'a'), 'a');
    const done = await client.sftp(
      '-symlink a links/b',
      '-ln links/a links/c',
      '-get ../../../../etc/passwd',
      '-put /etc/hostname ../escaped',
      '-ls ../..',
      'cd ..',
      'pwd',
      'cd links/..',
      'ls links',
    );
    expect(done.stderr).toContain('Permission denied');
    expect(done.stdout).toContain('Remote working directory: /\n');
    expect(done.stdout).toContain('links/a');
    expect(readdirSync(remote)).toEqual(['a']);
    expect(readdirSync(join(root, '..')).sort()).toEqual(['one', 'two']);
  });
});
