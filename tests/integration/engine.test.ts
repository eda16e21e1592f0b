import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Engine } from '../../main/docker/contract.ts';
import { Demux } from '../../main/docker/demux.ts';
import { docker } from '../support/docker-cli.ts';
import { longTest, someOf } from '../support/lane.ts';
import { has } from '../support/requirements.ts';
import { until } from '../support/until.ts';
import { createOwned, ended, readAll, realEngine, testSpec } from './engine-support.ts';

async function attach(
  engine: Engine,
  id: string,
  tty: boolean,
): Promise<{ stream: Duplex; text: () => string }> {
  const controller = new AbortController();
  onTestFinished(() => controller.abort());
  const { stream } = await engine.attach(id, { tty, stdin: true }, controller.signal);
  const demux = new Demux();
  let text = '';
  stream.on('error', () => {});
  stream.on('data', (chunk: Buffer) => {
    if (tty) text += chunk.toString();
    else demux.push(chunk, (_stream, data) => (text += data.toString()));
  });
  return { stream, text: () => text };
}

describe.skipIf(!has('images'))('engine', () => {
  it.each(someOf([true, false], 0))(
    'S12: attach, then start: the whole output is there, and standard input arrives byte for byte (tty %s)',
    async (tty) => {
      const engine = await realEngine();
      const spec = testSpec(
        'echo first; while read -r line; do echo "got $line"; [ "$line" = end ] && break; done; echo last',
        { tty },
      );
      const id = await createOwned(engine, spec);
      const { stream, text } = await attach(engine, id, tty);
      const closed = once(stream, 'close');
      await engine.start(id);
      await engine.start(id);
      stream.write('hello world\nend\n');
      await closed;
      const lines = text().replaceAll('\r\n', '\n').split('\n');
      for (const line of ['first', 'got hello world', 'got end', 'last']) expect(lines).toContain(line);
      expect(await ended(id)).toBe(0);
      expect(await engine.inspect(id)).toMatchObject({ status: 'exited', running: false, exitCode: 0, tty });
    },
  );

  longTest('S5: closing an attachment, or aborting it, leaves the container alone', async () => {
    const engine = await realEngine();
    const id = await createOwned(engine, testSpec('cat'));
    const controller = new AbortController();
    const { stream } = await engine.attach(id, { tty: false, stdin: true }, controller.signal);
    await engine.start(id);
    const closed = once(stream, 'close');
    controller.abort();
    await closed;
    const again = await attach(engine, id, false);
    again.stream.write('still here\n');
    await until(() => again.text() === 'still here\n', { what: 'the echo' });
    again.stream.destroy();
    expect((await engine.inspect(id))?.running).toBe(true);
  });

  it('A7: the container is labelled, limited, fenced in, and works in its volume', async () => {
    const engine = await realEngine();
    const limits = { memory: 32 * 1024 * 1024, cpu: 0.5 };
    const spec = testSpec(
      'pwd; echo "$GREETING"; echo saved > world; id -u; grep -E "CapEff|NoNewPrivs" /proc/self/status',
      {
        environment: { GREETING: 'a=b c' },
        limits,
        ports: [{ ip: '127.0.0.1', host_port: 39_417, container_port: 8080, protocol: 'udp' }],
      },
    );
    const id = await createOwned(engine, spec);
    await engine.start(id);
    await ended(id);
    const text = (await readAll(engine, id, { tty: false })).map((entry) => entry.data.toString()).join('');
    expect(text).toContain('/home/container\na=b c\n');
    expect(text).toContain('NoNewPrivs:\t1');
    expect(text).toContain('CapEff:\t00000000000004eb');
    expect(await engine.inspect(spec.name)).toMatchObject({
      id,
      name: spec.name,
      internalId: spec.internalId,
      hostId: spec.hostId,
      role: 'server',
      definitionHash: 'hash-1',
    });
    const host = JSON.parse(await docker('inspect', '--format', '{{json .HostConfig}}', id));
    expect(host).toMatchObject({
      Memory: limits.memory,
      MemorySwap: limits.memory,
      CpuPeriod: 100_000,
      CpuQuota: 50_000,
      PidsLimit: 512,
      Init: true,
    });
    expect(host.LogConfig).toEqual({
      Type: 'json-file',
      Config: { 'max-size': '10485760', 'max-file': '2' },
    });
    expect(await docker('run', '--rm', '-v', `${spec.volumePath}:/v`, spec.image, 'cat', '/v/world')).toBe(
      'saved',
    );
    expect(
      await docker(
        'network',
        'inspect',
        '--format',
        '{{.Driver}} {{index .Labels "lightdeck.network"}} {{index .Labels "lightdeck.id"}}',
        spec.network,
      ),
    ).toBe(`bridge true ${spec.internalId}`);
  });

  it.each(someOf(['SIGTERM', 'SIGUSR1'], 0))(
    'S13: %s reaches the program behind the shell',
    async (signal) => {
      const engine = await realEngine();
      const name = signal.slice(3);
      const id = await createOwned(
        engine,
        testSpec(
          `cd / && sh -c 'trap "echo caught; exit 7" ${name}; echo ready; while :; do sleep 0.1; done'`,
        ),
      );
      const { text } = await attach(engine, id, false);
      await engine.start(id);
      await until(() => text().includes('ready'), { what: 'the program' });
      expect(await engine.signal(id, signal)).toBe(true);
      expect(await ended(id)).toBe(7);
      expect(text()).toContain('caught');
    },
  );

  longTest('S13: SIGKILL ends it at once; a signal to what does not run, or is gone, is false', async () => {
    const engine = await realEngine();
    const id = await createOwned(engine, testSpec('sleep 600'));
    expect(await engine.signal(id, 'SIGTERM')).toBe(false);
    await engine.start(id);
    expect(await engine.signal(id, 'SIGKILL')).toBe(true);
    expect(await ended(id)).toBe(137);
    expect(await engine.signal(id, 'SIGKILL')).toBe(false);
    await engine.remove(id);
    await engine.remove(id);
    expect(await engine.signal(id, 'SIGKILL')).toBe(false);
    expect(await engine.inspect(id)).toBeNull();
    expect(await engine.statsOnce(id)).toBeNull();
  });

  longTest(
    'A5: a taken name is a conflict, an image that is not there is not found, a start that fails says why',
    async () => {
      const engine = await realEngine();
      const spec = testSpec('true');
      await createOwned(engine, spec);
      await expect(engine.create(spec)).rejects.toMatchObject({ code: 'conflict' });
      const absent = testSpec('true', { image: '127.0.0.1:9/lightdeck-test/absent:1' });
      await expect(engine.create(absent)).rejects.toMatchObject({ code: 'not_found' });
      await expect(engine.create(testSpec('true', { volumePath: '/nowhere/at/all' }))).rejects.toMatchObject({
        code: 'engine_refused',
        message: expect.stringContaining('missing on the host'),
      });
      await expect(engine.start('lightdeck-test-absent')).rejects.toMatchObject({ code: 'not_found' });
      await expect(engine.start('../../info')).rejects.toMatchObject({ code: 'not_found' });
    },
  );

  longTest(
    'whoever removes a container that somebody else removes waits until its name is free',
    async () => {
      const engine = await realEngine();
      const spec = testSpec('sleep 600');
      for (let round = 0; round < 5; round += 1) {
        const id = await createOwned(engine, spec);
        await engine.start(id);
        const slow = engine.remove(id);
        await engine.remove(spec.name);
        await createOwned(engine, spec).then((again) => engine.remove(again));
        await slow;
      }
    },
  );

  longTest('A5: a host port that is taken is refused in words', async () => {
    const engine = await realEngine();
    const ports = [{ ip: '127.0.0.1', host_port: 39_418, container_port: 80, protocol: 'tcp' as const }];
    const first = await createOwned(engine, testSpec('sleep 600', { ports }));
    const second = await createOwned(engine, testSpec('sleep 600', { ports }));
    await engine.start(first);
    await expect(engine.start(second)).rejects.toMatchObject({
      message: expect.stringContaining('choose another port'),
    });
    await engine.remove(first);
    await engine.remove(second);
  });

  it('lists the containers of one host, running or not, and no others', async () => {
    const engine = await realEngine();
    const running = testSpec('sleep 600');
    const stopped = testSpec('true', { hostId: running.hostId, role: 'install' });
    const foreign = testSpec('sleep 600');
    const ids = await Promise.all([running, stopped, foreign].map((spec) => createOwned(engine, spec)));
    await engine.start(ids[0] ?? '');
    const list = await engine.list(running.hostId);
    expect(list.map(({ id, running: runs, role }) => [id, runs, role]).sort()).toEqual(
      [
        [ids[0], true, 'server'],
        [ids[1], false, 'install'],
      ].sort(),
    );
    expect(list.find((one) => one.running)?.pid).toBeGreaterThan(0);
  });

  it('S7: statistics agree with docker stats', async () => {
    const engine = await realEngine();
    const id = await createOwned(
      engine,
      testSpec('head -c 9000000 /dev/zero > filler; cat filler > /dev/null; sleep 600'),
    );
    expect(await engine.statsOnce(id)).toBeNull();
    await engine.start(id);
    // What it works on before is charged to it, too.
    await until(async () => /^\s*\d+\s+sleep 600$/m.test(await docker('top', id, '-eo', 'pid,args')), {
      what: 'its work to be over',
    });
    // Its neighbours in the network are heard a moment later.
    await until(async () => ((await engine.statsOnce(id))?.networkRx ?? 0) > 0, { what: 'a first packet' });
    const shown = JSON.parse(await docker('stats', '--no-stream', '--format', '{{json .}}', id));
    const reading = await engine.statsOnce(id);
    const [usage, limit] = String(shown.MemUsage).split(' / ');
    expect(limit).toBe('64MiB');
    expect(reading?.memoryLimit).toBe(64 * 1024 * 1024);
    const told = Number.parseFloat(usage ?? '') * (usage?.endsWith('MiB') ? 1024 * 1024 : 1024);
    // The kernel charges memory in batches per core, so two readings of one program differ by some of them;
    // counting the 9 MB of file cache would be far outside.
    expect(Math.abs((reading?.memoryUsage ?? 0) - told)).toBeLessThan(3_000_000);
    expect(reading?.networkRx).toBeGreaterThan(0);
    expect(reading?.cpuNanos).toBeGreaterThan(0);
    expect(Math.abs((reading?.at ?? 0) - Date.now())).toBeLessThan(60_000);
  });

  longTest("S7: without a limit of its own the memory limit is the machine's", async () => {
    const engine = await realEngine();
    const id = await createOwned(engine, testSpec('sleep 600', { limits: { memory: null, cpu: null } }));
    await engine.start(id);
    const total = Number(await docker('info', '--format', '{{.MemTotal}}'));
    expect((await engine.statsOnce(id))?.memoryLimit).toBe(total);
  });

  it("A6: knows which images are there; a pull that fails rejects with the engine's words", async () => {
    const engine = await realEngine();
    expect(await engine.imageExists(testSpec('true').image)).toBe(true);
    expect(await engine.imageExists('127.0.0.1:9/lightdeck-test/absent:1')).toBe(false);
    expect(await engine.imageExists('../../containers/x')).toBe(false);
    const pull = engine.pull('127.0.0.1:9/lightdeck-test/absent:1', () => {}, new AbortController().signal);
    await expect(pull).rejects.toMatchObject({
      code: 'engine_refused',
      message: expect.stringMatching(/127\.0\.0\.1:9/),
    });
    await expect(engine.pull('no/../way', () => {}, new AbortController().signal)).rejects.toMatchObject({
      code: 'invalid',
    });
  });
});
