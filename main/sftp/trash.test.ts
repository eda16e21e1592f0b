import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, type SFTPWrapper } from 'ssh2';
import { expect, onTestFinished, test } from 'vitest';
import { openSftpWorld } from '../../tests/support/sftp-world.ts';

async function connect(login: { username: string; password: string; port: number }): Promise<SFTPWrapper> {
  const client = new Client();
  onTestFinished(() => void client.end());
  await new Promise<void>((resolve, reject) => {
    client.once('ready', resolve).once('error', reject);
    client.connect({ host: '127.0.0.1', ...login });
  });
  return new Promise((resolve, reject) =>
    client.sftp((error, sftp) => (error ? reject(error) : resolve(sftp))),
  );
}

const done = (call: (end: (error?: Error | null) => void) => void): Promise<void> =>
  new Promise((resolve, reject) => call((error) => (error ? reject(error) : resolve())));

test('A24 what is deleted or written over by SFTP is in the trash, with who did it, and comes back', async () => {
  const world = await openSftpWorld(onTestFinished);
  const login = await world.login();
  const sftp = await connect(login);
  const at = (name: string): string => join(world.volumes.one, name);
  for (const name of ['deleted', 'replaced', 'written']) writeFileSync(at(name), `the ${name} one`);
  await done((end) => sftp.mkdir('folder', end));
  await done((end) => sftp.writeFile('folder/new', 'new', end));
  await done((end) => sftp.unlink('deleted', end));
  await done((end) => sftp.ext_openssh_rename('folder/new', 'replaced', end));
  await done((end) => sftp.rmdir('folder', end));
  expect(existsSync(at('deleted'))).toBe(false);
  expect(readFileSync(at('replaced'), 'utf8')).toBe('new');

  const { trash } = world.files.jail('one');
  const kept = await trash.list();
  expect(kept.map(({ path }) => path)).toEqual(expect.arrayContaining(['deleted', 'replaced']));
  const deleted = kept.find(({ path }) => path === 'deleted');
  expect(deleted?.by).toContain(login.username);
  await trash.restore(deleted?.id ?? '', { ifTaken: 'refuse' });
  expect(readFileSync(at('deleted'), 'utf8')).toBe('the deleted one');
  // Nobody reaches it by its path.
  const names = await new Promise<string[]>((resolve, reject) =>
    sftp.readdir('.', (error, list) =>
      error ? reject(error) : resolve(list.map(({ filename }) => filename)),
    ),
  );
  expect(names.sort()).toEqual(['deleted', 'replaced', 'written']);
});
