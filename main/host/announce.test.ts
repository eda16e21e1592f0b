import { Bonjour, type Service } from 'bonjour-service';
import { describe, expect, onTestFinished, test } from 'vitest';
import { silentLog } from '../lib/log.ts';
import { createAnnouncer } from './announce.ts';
import { answersTo, labelOf, recordsOf } from './announcement.ts';

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
    expect(host.state).toBe(true);
    await expect.poll(() => named(name).length, { timeout: 10_000 }).toBe(1);
    expect(named(name)[0]).toMatchObject({
      port: 8070,
      addresses: [loopback],
      txt: { version: '1.2.3', path: '/' },
    });
    await host.apply({ addresses: [loopback], port: 8071 });
    await expect.poll(() => named(name).map(({ port }) => port), { timeout: 10_000 }).toEqual([8071]);
    await host.apply(null);
    expect(host.state).toBe(false);
    await expect.poll(() => named(name), { timeout: 10_000 }).toEqual([]);
    // Nobody answers for it any more: what is announced later is heard, and it alone.
    const later = announcer(`${name} later`);
    await later.apply({ addresses: [loopback], port: 8072 });
    browser.update();
    await expect.poll(() => named(`${name} later`).length, { timeout: 10_000 }).toBe(1);
    expect(named(name)).toEqual([]);
  });

  test('a second one of the same name gets a number, and the end of one says goodbye for it alone', async () => {
    const name = unique();
    const { named } = browse();
    const [first, second] = [announcer(name), announcer(name)];
    await first.apply({ addresses: [loopback], port: 8070 });
    await second.apply({ addresses: [loopback], port: 8071 });
    await expect
      .poll(() => named(`${name} (2)`).map(({ port }) => port), { timeout: 10_000 })
      .toEqual([8071]);
    await first.close();
    await expect.poll(() => named(name), { timeout: 10_000 }).toEqual([]);
    expect(named(`${name} (2)`)).toHaveLength(1);
  });

  test('where multicast is not possible, it is said why, and nothing is thrown', async () => {
    const host = announcer(unique());
    await host.apply({ addresses: ['192.0.2.77'], port: 8070 });
    expect(host.state).toMatch(/^It can’t be announced on 192\.0\.2\.77: .*\(ENODEV\)/);
    await host.apply({ addresses: [], port: 8070 });
    expect(host.state).toMatch(/on no network/);
    await host.apply({ addresses: [loopback], port: 8070 });
    expect(host.state).toBe(true);
    await host.close();
    await host.apply({ addresses: [loopback], port: 8070 });
    expect(host.state).toBe(false);
  });
});

test('a name is one label of 63 bytes at most, whole characters, its number kept', () => {
  expect(labelOf('den.lan')).toBe('den-lan');
  const long = labelOf('ä'.repeat(60), 2);
  expect(Buffer.byteLength(long)).toBeLessThanOrEqual(63);
  expect(long).toMatch(/^ä+ \(2\)$/);
});

test('a question is answered whatever its case, and only with what was asked', () => {
  const what = { name: 'Den', target: 'x.local', address: '10.0.0.2', port: 1, txt: { version: '1' } };
  const records = recordsOf(what, 'Den');
  const types = (name: string, type: string) => {
    const { answers, additionals } = answersTo({ name, type }, records);
    return [answers.map((one) => one.type), additionals.map((one) => one.type)];
  };
  expect(types('_LIGHTD._tcp.local', 'PTR')).toEqual([['PTR'], ['SRV', 'TXT', 'A']]);
  expect(types('den._lightd._tcp.local', 'ANY')).toEqual([
    ['SRV', 'TXT'],
    ['PTR', 'A'],
  ]);
  expect(types('x.local', 'A')).toEqual([['A'], []]);
  expect(types('_services._dns-sd._udp.local', 'PTR')).toEqual([['PTR'], []]);
  expect(types('other._lightd._tcp.local', 'SRV')).toEqual([[], []]);
});
