import { describe, expect, it, onTestFinished } from 'vitest';
import { createEngine } from '../../main/docker/dockerode-engine.ts';
import { parseSubnet } from '../../main/docker/subnets.ts';
import { docker } from '../support/docker-cli.ts';
import { freePorts } from '../support/free-port.ts';
import { longSuite, longTest, rounds } from '../support/lane.ts';
import { startPrivateEngine } from '../support/private-engine.ts';
import { has } from '../support/requirements.ts';
import { until } from '../support/until.ts';
import { createOwned, ended, realEngine, testSpec } from './engine-support.ts';

const ip = (id: string) =>
  docker('inspect', '--format', '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}', id);
const subnet = (name: string) =>
  docker('network', 'inspect', '--format', '{{(index .IPAM.Config 0).Subnet}}', name);
const named = async (name: string) =>
  (await docker('network', 'ls', '-q', '--filter', `name=^${name}$`)).split('\n').filter(Boolean);

/** What one container gets from an address: the text, or '' within two seconds of nothing. */
const fetchFrom = (id: string, address: string) =>
  docker('exec', id, 'timeout', '2', 'wget', '-qO-', `http://${address}/`).catch(() => '');

const web = 'echo hello > index.html; httpd -p 8080; httpd -p 9090; exec sleep 600';

describe.skipIf(!has('images'))('A7 networks', () => {
  longTest("A7: servers reach each other's published ports through the host, and no other ones", async () => {
    const engine = await realEngine();
    const [host_port = 0] = await freePorts(1);
    const ports = [{ ip: '0.0.0.0', host_port, container_port: 8080, protocol: 'tcp' as const }];
    const server = await createOwned(engine, testSpec(web, { ports }));
    const other = await createOwned(engine, testSpec('exec sleep 600'));
    for (const id of [server, other]) await engine.start(id);
    const address = await ip(server);
    await until(async () => (await fetchFrom(server, `${address}:9090`)) === 'hello', { what: 'httpd' });
    const inside = [9090, 8080].map((port) => fetchFrom(other, `${address}:${port}`));
    expect(await Promise.all(inside)).toEqual(['', '']);
    const gateway = await docker(
      'inspect',
      '--format',
      '{{range .NetworkSettings.Networks}}{{.Gateway}}{{end}}',
      other,
    );
    // On a busy machine two seconds may be too short for an answer.
    await until(async () => (await fetchFrom(other, `${gateway}:${host_port}`)) === 'hello', {
      what: 'the published port to answer',
    });
    for (const id of [server, other]) await engine.remove(id);
  });

  it('A7: a network is made once however many ask, small, found again, and removed', async () => {
    const engine = await realEngine();
    const specs = [0, 1, 2].map(() => testSpec('true'));
    const [first, ...others] = specs;
    if (!first) throw new Error('no spec');
    // As an install beside its server: two containers, one network.
    const install = { ...first, name: `${first.name}-install`, role: 'install' as const };
    await Promise.all([...specs, install].map((spec) => createOwned(engine, spec)));
    for (const { network } of specs) expect(await named(network)).toHaveLength(1);
    const ranges = await Promise.all(specs.map(({ network }) => subnet(network)));
    expect(new Set(ranges).size).toBe(3);
    for (const range of ranges) expect(parseSubnet(range)?.size).toBe(16);
    const [id] = await named(first.network);
    const again = await realEngine();
    await again.remove(first.name);
    await createOwned(again, first);
    expect(await named(first.network)).toEqual([id]);
    expect(await again.listNetworks(first.hostId)).toEqual([
      { name: first.network, hostId: first.hostId, internalId: first.internalId },
    ]);
    for (const { name, network, hostId } of [first, ...others]) {
      await again.remove(name);
      await again.remove(`${name}-install`);
      await again.removeNetwork(network, hostId);
      await again.removeNetwork(network, hostId);
      expect(await named(network)).toEqual([]);
    }
  });

  it('A7: a network of that name that somebody else made is neither used nor removed', async () => {
    const engine = await realEngine();
    const spec = testSpec('true');
    await docker('network', 'create', '--subnet', '10.214.7.0/28', spec.network);
    onTestFinished(async () => void (await docker('network', 'rm', spec.network).catch(() => '')));
    await expect(engine.create(spec)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining(spec.network),
    });
    await engine.removeNetwork(spec.network, spec.hostId);
    expect(await named(spec.network)).toHaveLength(1);
  });

  it('A7: a network that is in use stays; one that was pruned is made again', async () => {
    const engine = await realEngine();
    const spec = testSpec('exec sleep 600');
    const id = await createOwned(engine, spec);
    await engine.start(id);
    await engine.removeNetwork(spec.network, spec.hostId);
    expect(await named(spec.network)).toHaveLength(1);
    await engine.remove(id);
    await engine.removeNetwork(spec.network, spec.hostId);
    const next = await createOwned(engine, { ...spec, command: 'true' });
    await engine.start(next);
    expect(await ended(next)).toBe(0);
  });
});

/** More than the about thirty that an engine's own pools hold. */
const many = 40;

longSuite('A7 many networks', !has('private-engine'), () => {
  longTest(
    'A7: forty servers at once have forty networks, each of its own addresses, and leave the engine its pools',
    async () => {
      const own = await startPrivateEngine();
      onTestFinished(() => own.close());
      const privately = own.docker;
      const engine = await createEngine({ target: { kind: 'socket', socketPath: own.socket } });
      onTestFinished(() => engine.close());
      const hostId = 'forty';
      const specs = Array.from({ length: many }, () => testSpec('true', { hostId }));
      const ids = await Promise.all(specs.map((spec) => engine.create(spec)));
      // A network is there from the creation of its container on; that servers run in them takes fewer.
      const started = ids.slice(
        0,
        rounds('servers started at once, each in its network', 8, many, 'servers'),
      );
      await Promise.all(started.map((id) => engine.start(id)));
      await Promise.all(started.map((id) => privately('wait', id)));
      const names = specs.map(({ network }) => network);
      const format = '{{(index .IPAM.Config 0).Subnet}}';
      const subnets = (await privately('network', 'inspect', '--format', format, ...names)).split('\n');
      expect(new Set(subnets).size).toBe(many);
      for (const subnet of subnets) expect(parseSubnet(subnet)?.size).toBe(16);
      expect((await engine.listNetworks(hostId)).map(({ name }) => name).sort()).toEqual(names.sort());
      // Somebody else's network still finds room in the engine's own pools.
      await privately('network', 'create', 'somebody-else');
      await Promise.all(ids.map((id) => engine.remove(id)));
      await Promise.all(names.map((name) => engine.removeNetwork(name, hostId)));
      expect(await engine.listNetworks(hostId)).toEqual([]);
    },
    300_000,
  );
});
