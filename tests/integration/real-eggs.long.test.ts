import { execFileSync } from 'node:child_process';
import { chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { lastExitSchema } from '../../shared/model/server.ts';
import { suiteCleanup } from '../support/cleanup.ts';
import { besideAddress, type RealEggs, startRealEggs } from '../support/real-eggs.ts';
import { has } from '../support/requirements.ts';
import { tempDir } from '../support/temp.ts';

const onEnd = suiteCleanup();
const exitReply = z.object({ last_exit: lastExitSchema.nullable() });

/** Starts it and waits for its own done text, or where it has none for its program. */
async function started({ scene }: RealEggs, id: string): Promise<void> {
  const socket = await scene.connect(id);
  (await scene.host.api.post(`/containers/${id}/start`)).expect(200);
  await socket.waitFor('event', (frame) => frame.data === 'running', { timeoutMs: 60_000 });
  await socket.close();
}

/** Stops it; how it ended. */
async function stopped({ scene }: RealEggs, id: string) {
  const socket = await scene.connect(id);
  (await scene.host.api.post(`/containers/${id}/stop`)).expect(200);
  await socket.waitFor('event', (frame) => frame.data === 'exit', { timeoutMs: 60_000 });
  expect(JSON.stringify(socket.frames)).not.toContain('SIGKILL');
  await socket.close();
  return (await scene.host.api.get(`/containers/${id}`)).parse(exitReply).last_exit;
}

const app = `
import { createServer } from 'node:http';
import { appendFileSync, readFileSync } from 'node:fs';
import { greeting } from 'greet';
appendFileSync('starts', 'one\\n');
const starts: number = readFileSync('starts', 'utf8').length / 4;
createServer((_request, response) => response.end(\`\${greeting} \${starts}\`)).listen(Number(process.env.SERVER_PORT));
console.log('listening');
process.on('SIGINT', () => {
  console.log('closed in order');
  process.exit(0);
});
`;

/** A repository with an app in TypeScript that needs a package; a folder that can be served as it is. */
function repository(): string {
  const folder = tempDir(onEnd);
  const work = join(folder, 'app');
  mkdirSync(join(work, 'greet'), { recursive: true });
  const packageOf = (more: object): string => JSON.stringify({ name: 'app', version: '1.0.0', ...more });
  writeFileSync(join(work, 'app.ts'), app);
  writeFileSync(
    join(work, 'package.json'),
    packageOf({ type: 'module', dependencies: { greet: 'file:greet' } }),
  );
  writeFileSync(
    join(work, 'greet/package.json'),
    packageOf({ name: 'greet', type: 'module', main: 'index.js' }),
  );
  writeFileSync(join(work, 'greet/index.js'), "export const greeting = 'hello';\n");
  const git = (...args: string[]): void => void execFileSync('git', args, { cwd: work, stdio: 'ignore' });
  git('init', '-q', '-b', 'main');
  git('add', '.');
  git('-c', 'user.name=a', '-c', 'user.email=a@example.org', 'commit', '-q', '-m', 'app');
  git('clone', '-q', '--bare', '.', join(folder, 'app.git'));
  git('--git-dir', join(folder, 'app.git'), 'update-server-info');
  return folder;
}

/** Serves a folder as files. */
const fileServer = `const { createServer } = require('node:http'); const { readFile } = require('node:fs');
createServer((q, r) => readFile(process.argv[1] + new URL(q.url, 'http://a').pathname, (e, d) => { r.statusCode = e ? 404 : 200; r.end(d); })).listen(0, '${besideAddress}', function () { console.log(this.address().port); });`;
const get = `fetch(process.argv[1]).then((r) => r.text()).then((text) => console.log(text))`;

describe.skipIf(!has('egg-nodejs'))('the Node.js egg, unmodified', () => {
  it('E7 clones with git, installs with npm, runs by tsx, answers on its port, ends by Ctrl+C, keeps its data', async () => {
    const eggs = await startRealEggs(onEnd, 'egg-nodejs', [
      ['egg-nodejs', 'ghcr.io/pelican-eggs/yolks:nodejs_26'],
      ['egg-node', 'node:22-trixie-slim'],
    ]);
    const port = (await eggs.besideUntilEnd(process.execPath, '-e', fileServer, repository())).trim();
    const values = { GIT_ADDRESS: `http://${besideAddress}:${port}/app`, MAIN_FILE: 'app.ts' };
    const { id } = await eggs.server('nodejs-generic.yaml', values, { host_port: 25_571, protocol: 'tcp' });
    const { scene } = eggs;
    for (const answer of ['hello 1', 'hello 2']) {
      await started(eggs, id);
      const socket = await scene.connect(id);
      await socket.waitForText('listening', 60_000);
      await socket.close();
      const said = await eggs.beside(process.execPath, '-e', get, 'http://127.0.0.1:25571/');
      expect(said.trim()).toBe(answer);
      await stopped(eggs, id);
    }
    const history = await scene.history(id);
    expect(history).toContain('cloning default branch');
    expect(history).toContain('install complete');
    expect(history.match(/closed in order/g)).toHaveLength(2);
  });
});

/** The game lets its console shut it down once its admin has an account, which players make in the game; here it is written by hand. */
function giveAdmin(path: string): void {
  const world = join(path, '.minetest/worlds/world');
  mkdirSync(world, { recursive: true });
  writeFileSync(
    join(world, 'world.mt'),
    'gameid = minetest\nauth_backend = files\nbackend = sqlite3\nplayer_backend = sqlite3\n',
  );
  writeFileSync(join(world, 'auth.txt'), 'me::server,interact,shout:0\n');
  for (const file of ['', 'world.mt', 'auth.txt']) chownSync(join(world, file), 988, 988);
  chownSync(join(path, '.minetest/worlds'), 988, 988);
}

/** What a server answers to one datagram, in hexadecimal; asked again until it does. */
const datagram = `const s = require('node:dgram').createSocket('udp4'); const ask = () => s.send(Buffer.from(process.argv[2], 'hex'), Number(process.argv[1]), '127.0.0.1');
s.on('message', (m) => { console.log(m.toString('hex')); process.exit(0); }); ask(); setInterval(ask, 500); setTimeout(() => process.exit(1), 20000);`;
/** Whether a port speaks TLS: the name on its certificate. */
const handshake = `const t = require('node:tls').connect({ port: Number(process.argv[1]), host: '127.0.0.1', rejectUnauthorized: false }, () => { console.log(t.getPeerCertificate().subject.CN); process.exit(0); }); t.on('error', (e) => { console.log(e); process.exit(1); });`;

describe.skipIf(!has('egg-debian'))('eggs of Debian’s games, unmodified', () => {
  it('E7 Mumble: installed, its port and data in its ini, answers TLS, ends by Ctrl+C, keeps its database', async () => {
    const eggs = await startRealEggs(onEnd, 'egg-debian', [
      ['egg-game', 'ghcr.io/pelican-eggs/yolks:voice_mumble'],
      ['egg-installer', 'ghcr.io/pelican-eggs/installers:alpine'],
    ]);
    const { id, path } = await eggs.server(
      'mumble.yaml',
      { MAX_USERS: '7' },
      { host_port: 25_572, protocol: 'tcp' },
    );
    for (const _round of [1, 2]) {
      await started(eggs, id);
      const name = await eggs.beside(process.execPath, '-e', handshake, '25572');
      expect(name).toContain('Murmur');
      const exit = await stopped(eggs, id);
      // It has no answer to SIGINT of its own: its database is whole at any moment.
      expect(exit).toMatchObject({ wanted: true, code: 130 });
    }
    const ini = readFileSync(join(path, 'murmur.ini'), 'utf8').split('\n');
    expect(ini).toContain('port=25572');
    expect(ini).toContain('users=7');
    const history = await eggs.scene.history(id);
    expect(history.match(/Server listening on/g)?.length).toBeGreaterThanOrEqual(2);
    expect(
      history.match(/Generating new tables|Generating new server certificate/g)?.length ?? 0,
    ).toBeLessThan(3);
  });

  it('E7 Minetest: installed, its settings in its file, answers UDP, ends by /shutdown, keeps its world', async () => {
    const eggs = await startRealEggs(onEnd, 'egg-debian', [
      ['egg-game', 'ghcr.io/parkervcp/games:minetest'],
      ['egg-installer', 'ghcr.io/parkervcp/installers:debian'],
    ]);
    const values = { SERVER_ADMIN_NAME: 'me', SERVER_NAME: 'Ours | "yes"', SERVER_ANNOUNCE: 'false' };
    const { id, path } = await eggs.server('minetest.json', values, { host_port: 25_573, protocol: 'udp' });
    giveAdmin(path);
    for (const _round of [1, 2]) {
      await started(eggs, id);
      // The first packet of its protocol, without a peer: it is answered by one that gives a number.
      const answer = await eggs.beside(process.execPath, '-e', datagram, '25573', '4f45740300000000');
      expect(answer.trim()).toMatch(/^4f457403/);
      const exit = await stopped(eggs, id);
      expect(exit).toMatchObject({ wanted: true, code: 0 });
    }
    const conf = readFileSync(join(path, '.minetest/minetest.conf'), 'utf8').split('\n');
    expect(conf).toContain('server_name = Ours | "yes"');
    expect(readFileSync(join(path, '.minetest/worlds/world/world.mt'), 'utf8')).toContain(
      'gameid = minetest',
    );
  });
});
