import { Bonjour, type Service } from 'bonjour-service';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { silentLog } from '../lib/log.ts';
import { createAnnouncer, serviceName } from './announce.ts';

/** Real multicast on this machine's loopback, which needs no other machine. */
const loopback = '127.0.0.1';

const announcer = (name: string) => {
  const made = createAnnouncer({ version: '1.2.3', name, log: silentLog });
  onTestFinished(() => made.close());
  return made;
};

/** Another implementation, as a device on the network would have it. */
function browse() {
  // Options of the socket go through, which its types don't know.
  const options: ConstructorParameters<typeof Bonjour>[0] & { interface: string; bind: string } = {
    interface: loopback,
    bind: '0.0.0.0',
  };
  const bonjour = new Bonjour(options, () => {});
  const browser = bonjour.find({ type: 'lightd' });
  onTestFinished(() => bonjour.destroy());
  const named = (name: string) => browser.services.filter((service: Service) => service.name === name);
  return { browser, named };
}

const unique = (): string => `Den ${process.pid} ${Math.random().toString(36).slice(2, 8)}`;

// Other systems may keep multicast off their loopback.
describe.runIf(process.platform === 'linux')('the host on the network', () => {
  test('is found with name, address, port and version; then moves; and is gone when it is taken back', async () => {
    const name = unique();
    const { browser, named } = browse();
    const host = announcer(name);
    expect(host.state).toBe(false);
    await host.apply({ addresses: [loopback], port: 8070 });
    await expect.poll(() => host.state).toBe(true);
    await expect.poll(() => named(name).length).toBe(1);
    expect(named(name)[0]).toMatchObject({
      port: 8070,
      addresses: [loopback],
      txt: { version: '1.2.3', path: '/' },
    });
    await host.apply({ addresses: [loopback], port: 8071 });
    await expect.poll(() => named(name).map(({ port }) => port)).toEqual([8071]);
    await host.apply(null);
    expect(host.state).toBe(false);
    await expect.poll(() => named(name)).toEqual([]);
    // Nobody answers for it any more: what is announced later is heard, and it alone.
    const later = announcer(`${name} later`);
    await later.apply({ addresses: [loopback], port: 8072 });
    browser.update();
    await expect.poll(() => named(`${name} later`).length).toBe(1);
    expect(named(name)).toEqual([]);
  });

  test('a second one of the same name gets a number, and the end of one says goodbye for it alone', async () => {
    const name = unique();
    const { named } = browse();
    const [first, second] = [announcer(name), announcer(name)];
    await first.apply({ addresses: [loopback], port: 8070 });
    await second.apply({ addresses: [loopback], port: 8071 });
    await expect.poll(() => named(`${name} (2)`).map(({ port }) => port)).toEqual([8071]);
    await first.close();
    await expect.poll(() => named(name)).toEqual([]);
    expect(named(`${name} (2)`)).toHaveLength(1);
  });

  test('what hasn’t changed is not announced again, and one network that fails doesn’t keep the other from being told', async () => {
    const name = unique();
    const { browser, named } = browse();
    const ups: string[] = [];
    browser.on('up', (service: Service) => ups.push(service.name));
    const host = announcer(name);
    const place = { addresses: ['192.0.2.77', loopback], port: 8070 };
    await host.apply(place);
    await expect.poll(() => named(name).length).toBe(1);
    expect(host.state).toBe(true);
    await host.apply(place);
    await host.apply({ addresses: [loopback], port: 8070 });
    expect(host.state).toBe(true);
    expect(named(name)[0]?.addresses).toEqual([loopback]);
    expect(ups.filter((one) => one === name)).toHaveLength(1);
  });

  test('its sockets and timers end with it, also in the middle of its beginning; nothing is written to the console', async () => {
    const written = ['log', 'warn', 'error'] as const;
    const spies = written.map((kind) => vi.spyOn(console, kind));
    onTestFinished(() => void vi.restoreAllMocks());
    const open = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'UDPWrap').length;
    // Those of tests before this one are closed by and by.
    await expect.poll(open).toBe(0);
    const name = unique();
    const hosts = [announcer(name), announcer(name)];
    await hosts[0]?.apply({ addresses: [loopback], port: 8070 });
    void hosts[1]?.apply({ addresses: [loopback], port: 8071 });
    await expect.poll(open).toBeGreaterThan(0);
    await Promise.all(hosts.map((host) => host.close()));
    await expect.poll(open).toBe(0);
    for (const spy of spies) expect(spy).not.toHaveBeenCalled();
  });

  test('where multicast is not possible, it is said why, and nothing is thrown', async () => {
    const host = announcer(unique());
    await host.apply({ addresses: ['192.0.2.77'], port: 8070 });
    expect(host.state).toMatch(/^It can’t be announced on 192\.0\.2\.77: .*\(ENODEV\)/);
    await host.apply({ addresses: [], port: 8070 });
    expect(host.state).toMatch(/on no network/);
    await host.apply({ addresses: [loopback], port: 8070 });
    await expect.poll(() => host.state).toBe(true);
    await host.close();
    await host.apply({ addresses: [loopback], port: 8070 });
    expect(host.state).toBe(false);
  });
});

test('a name is one label of 63 bytes at most with its number, whole characters, never empty', () => {
  expect(serviceName('den.lan')).toBe('den');
  expect(serviceName('.lan')).toBe('Lightdeck');
  const long = serviceName('ä'.repeat(60));
  expect(Buffer.byteLength(`${long} (99)`)).toBeLessThanOrEqual(63);
  expect(long).toMatch(/^ä{29}$/);
});
