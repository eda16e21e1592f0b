import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { migrations } from '../../main/store/migrations.ts';
import { readAudit } from '../../shared/http/audit.ts';
import { listSessions, openSession } from '../../shared/http/sessions.ts';
import { changeSettings } from '../../shared/http/settings.ts';
import { pairBrowser } from '../../shared/http/sharing.ts';
import { readSystem } from '../../shared/http/system.ts';
import { createToken } from '../../shared/http/tokens.ts';
import { createVolume } from '../../shared/http/volumes.ts';
import { own } from '../support/cleanup.ts';
import { type HostProcess, startHost } from '../support/host-process.ts';
import { longTest } from '../support/lane.ts';
import { has } from '../support/requirements.ts';
import { type SmallDisk, smallDisk } from '../support/small-disk.ts';
import { connectHost, SocketRefused } from '../support/socket-client.ts';
import { until } from '../support/until.ts';

/** All that the host keeps is on a small disk, without an engine: nothing but the store needs any room. */
async function hostOn(disk: SmallDisk): Promise<HostProcess> {
  writeFileSync(
    join(disk.path, 'config.json'),
    JSON.stringify({ sftp: { port: 0 }, storage: { quota: 'measured' } }),
    { mode: 0o600 },
  );
  return own(await startHost({ dataDir: disk.path, env: { DOCKER_HOST: 'unix:///nowhere/docker.sock' } }));
}

const errorReply = z.object({ error: z.string() });
const storeOf = async (host: HostProcess) =>
  (await host.api.get('/system')).parse(readSystem.reply).store.status;

const nameRows = z.array(z.object({ name: z.string() }));

/** Leaves the database as one of before the rooms had tables of their own: what an update finds. The tables that were there. */
function forgetRooms(path: string): string[] {
  const database = new Database(path);
  try {
    const made = database
      .prepare(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
      )
      .all();
    const rooms = nameRows
      .parse(made)
      .map(({ name }) => name)
      .filter((name) => !migrations.some((sql) => sql.includes(`TABLE ${name} (`)));
    database.exec(
      `${rooms.map((name) => `DROP TABLE ${name};`).join(' ')} DELETE FROM room_versions; VACUUM`,
    );
    return rooms;
  } finally {
    database.close();
  }
}

/** Takes what is left, until the store itself says that there is nothing. The words it says it in. */
async function fillUp(host: HostProcess, disk: SmallDisk): Promise<string> {
  const answer = await until(
    async () => {
      disk.fill();
      const reply = await host.api.post('/auth/tokens', { label: 'x'.repeat(60), ttl: '1h' });
      return reply.status === 507 && reply;
    },
    // SQLite's log has some room of its own left.
    { everyMs: 1, timeoutMs: 60_000 },
  );
  return errorReply.parse(answer.body).error;
}

describe.skipIf(!has('small-disk'))('a disk that is full', () => {
  it('signs nobody out, keeps nobody from deleting, is told in words, and is over when there is room', async () => {
    const disk = smallDisk(32);
    const host = await hostOn(disk);
    const { api } = host;
    const link = (await api.post('/sharing/pairing', { scopes: null })).parse(
      pairBrowser.reply,
      pairBrowser.status,
    );
    const paired = await api.with({ token: link.token }).post('/auth/sessions');
    const session = paired.parse(openSession.reply, openSession.status);
    const browser = api.with({ token: session.token });
    const made = await browser.post('/volumes');
    const volume = made.parse(createVolume.reply, createVolume.status).volume_id;
    const big = { path: 'big.log', content: 'x'.repeat(500_000) };
    (await browser.post(`/volumes/${volume}/files`, big)).expect(200);
    const single = await api.post('/auth/tokens', { label: 'once', ttl: '1h', remove_on_use: true });
    const once = single.parse(createToken.reply, createToken.status).token;
    const late = (await api.post('/sharing/pairing', { scopes: null })).parse(
      pairBrowser.reply,
      pairBrowser.status,
    ).token;

    expect(await fillUp(host, disk)).toMatch(/disk .* is full.*free some space/);
    expect(await storeOf(host)).toBe('failing');
    (await browser.get('/auth/self')).expect(200);
    (await browser.get(`/volumes/${volume}/files`)).expect(200);
    // Neither used up nor called wrong.
    (await api.with({ token: once }).get('/auth/self')).expect(507);
    await expect(connectHost({ url: host.url, token: once })).rejects.toThrow(SocketRefused);
    await expect(connectHost({ url: host.url, token: once })).rejects.toMatchObject({ status: 507 });
    (await api.with({ token: late }).post('/auth/sessions')).expect(507);
    (await api.post('/volumes')).expect(507);
    const settings = await api.patch(changeSettings.path, { monitoring: { interval_ms: 20_000 } });
    expect(errorReply.parse(settings.expect(507).body).error).toContain('free some space');
    // What frees room needs none.
    (await browser.post(`/volumes/${volume}/delete`, { paths: ['big.log'] })).expect(200);

    disk.free();
    await until(async () => (await storeOf(host)) === 'ok', { timeoutMs: 60_000 });
    (await api.with({ token: once }).get('/auth/self')).expect(200);
    (await api.with({ token: once }).get('/auth/self')).expect(401);
    (await api.with({ token: late }).post('/auth/sessions')).expect(openSession.status);
    const { sessions } = (await api.get('/auth/sessions')).parse(listSessions.reply);
    expect(sessions.map(({ id }) => id)).toContain(session.id);
    const { entries } = (await api.get('/audit')).parse(readAudit.reply);
    const actions = entries.map(({ action, result }) => `${action} ${result}`);
    expect(actions).toContain('POST /volumes/:id/delete ok');
    expect((await host.stop()).code).toBe(0);
  });

  it('G9 lets the host start and end, also after a kill and without the index beside the database, and is told', async () => {
    const disk = smallDisk(8);
    const host = await hostOn(disk);
    await fillUp(host, disk);
    await host.restart('SIGKILL');
    (await host.api.get('/auth/self')).expect(200);
    expect((await host.stop()).code).toBe(0);
    for (const name of ['lightdeck.db-shm', 'lock.db', 'sftp_host_key'])
      rmSync(join(disk.path, name), { force: true });
    disk.free();
    const wanted = forgetRooms(join(disk.path, 'lightdeck.db'));
    expect(wanted).toContain('schedules_runs');
    disk.fill();
    await host.start();
    expect(await storeOf(host)).toBe('failing');
    for (const path of ['/containers', '/host/backups', '/host/deleted', '/eggs'])
      (await host.api.get(path)).expect(200);
    await host.restart('SIGKILL');
    (await host.api.post('/auth/tokens', { label: 'refused', ttl: '1h' })).expect(507);
    disk.free();
    (await host.api.post('/auth/tokens', { label: 'after', ttl: '1h' })).expect(createToken.status);
    expect((await host.stop()).code).toBe(0);
    expect(forgetRooms(join(disk.path, 'lightdeck.db'))).toEqual(wanted);
  });

  longTest(
    'G9 a start that can not be says in one sentence where and what to do: full at first, read-only, damaged',
    async () => {
      const disk = smallDisk(8);
      const host = await hostOn(disk);
      await host.stop();
      const refusal = async (): Promise<string> => {
        const before = host.stderr.length;
        await expect(host.start()).rejects.toThrow();
        return host.stderr.slice(before).replace(/^\{.*\n/gm, '');
      };
      const oneSentence = (words: string): RegExp => new RegExp(`^lightdeck: The [^\\n]*${words}[^\\n]*\\n$`);
      const database = join(disk.path, 'lightdeck.db');
      const whole = readFileSync(database);

      execFileSync('mount', ['-o', 'remount,ro', disk.path]);
      expect(await refusal()).toMatch(oneSentence(`data folder ${disk.path} can't be written .*--data`));
      execFileSync('mount', ['-o', 'remount,rw', disk.path]);

      // Every page but the first, on which the tables' places are.
      writeFileSync(database, Buffer.from(whole).fill(0xff, 4096));
      expect(await refusal()).toMatch(oneSentence(`database ${database} is damaged .*move it away`));
      writeFileSync(database, 'no database at all');
      expect(await refusal()).toMatch(oneSentence(`database ${database} is damaged .*move it away`));

      for (const end of ['', '-wal', '-shm']) rmSync(`${database}${end}`, { force: true });
      disk.fill();
      expect(await refusal()).toMatch(oneSentence(`data folder ${disk.path} is full.*free some`));
      disk.free();
      writeFileSync(database, whole, { mode: 0o600 });
      await host.start();
      (await host.api.get('/containers')).expect(200);
    },
  );
});
