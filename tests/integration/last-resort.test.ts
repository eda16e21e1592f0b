import { expect, it } from 'vitest';
import { own } from '../support/cleanup.ts';
import { startHost } from '../support/host-process.ts';
import { tempDir } from '../support/temp.ts';
import { until } from '../support/until.ts';

/** Runs in the host's process: at SIGUSR2 a timer and a promise fail, and nobody handles it. */
const planted = (code: string) => `process.on('SIGUSR2', () => {
  setTimeout(() => { throw Object.assign(new Error('planted in a timer'), { code: '${code}' }); }, 1);
  Promise.reject(new Error('planted in a promise'));
});`;

const start = async (code: string) =>
  own(
    await startHost({
      dataDir: tempDir(),
      env: {
        NODE_OPTIONS: `--import "data:text/javascript,${encodeURIComponent(planted(code))}"`,
        DOCKER_HOST: 'unix:///nowhere/docker.sock',
      },
    }),
  );

it('an error that nobody handled is logged, and the host goes on', async () => {
  const host = await start('');
  process.kill(host.pid, 'SIGUSR2');
  await until(
    () => host.stderr.includes('planted in a timer') && host.stderr.includes('planted in a promise'),
  );
  (await host.api.get('/system')).expect(200);
  expect((await host.stop()).code).toBe(0);
});

it('where going on would be a lie it ends with 70, and the data folder is free', async () => {
  const host = await start('SQLITE_CORRUPT');
  process.kill(host.pid, 'SIGUSR2');
  expect(await host.ended()).toEqual({ code: 70, signal: null });
  expect(host.stderr).toContain('the database is damaged');
  await host.start();
  (await host.api.get('/system')).expect(200);
});
