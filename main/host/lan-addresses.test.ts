import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import { expect, test } from 'vitest';
import { defaultAddresses } from './default-addresses.ts';
import { lanAddresses } from './lan-addresses.ts';

const entry = (address: string, internal = false): NetworkInterfaceInfo => {
  const rest = { address, internal, netmask: '', mac: '', cidr: null };
  return address.includes(':') ? { ...rest, family: 'IPv6', scopeid: 0 } : { ...rest, family: 'IPv4' };
};
const noDefaults = { IPv4: null, IPv6: null };
const listed = (
  names: Record<string, string[]>,
  defaults = noDefaults as Parameters<typeof lanAddresses>[1],
) =>
  lanAddresses(
    Object.fromEntries(Object.entries(names).map(([name, list]) => [name, list.map((one) => entry(one))])),
    defaults,
  ).map(({ address }) => address);

test.each([
  '10.1.2.3',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.5',
  '169.254.3.4',
  '100.64.0.1',
  '203.0.113.9',
  'fd00::1',
  '2001:db8::1',
])('%s is no address of the internet', (address) => {
  expect(lanAddresses({ lan: [entry(address)] }, noDefaults)).toMatchObject([{ address, is_public: false }]);
});

test.each(['8.8.8.8', '172.32.0.1', '100.128.0.1', '2a00:1450::1'])('%s is one', (address) => {
  expect(lanAddresses({ lan: [entry(address)] }, noDefaults)).toMatchObject([{ address, is_public: true }]);
});

test('I2 the default route’s address comes first; networks of containers, also other people’s, are none of the list', () => {
  const bridges = Object.fromEntries(
    Array.from({ length: 29 }, (_, index) => [
      `br-${index}a2b3c4d5e6f`,
      [`172.${20 + (index % 10)}.${index}.1`],
    ]),
  );
  const found = listed(
    {
      lo2: ['192.168.7.7'],
      docker0: ['172.17.0.1'],
      ...bridges,
      veth12ab: ['172.19.0.2'],
      virbr0: ['192.168.122.1'],
      podman1: ['10.89.0.1'],
      vmnet8: ['192.168.56.1'],
      'vEthernet (WSL)': ['172.28.0.1'],
      eth0: ['fe80::1', 'fd00::5', '192.168.1.5'],
    },
    { IPv4: '192.168.1.5', IPv6: 'fd00::5' },
  );
  expect(found).toEqual(['192.168.1.5', '192.168.7.7', 'fd00::5']);
});

test('I2 a bridge that the default route leaves by is the way to the others', () => {
  expect(listed({ 'br-lan': ['192.168.1.5'] }, { IPv4: '192.168.1.5', IPv6: null })).toEqual(['192.168.1.5']);
  expect(listed({ 'br-lan': ['192.168.1.5'] })).toEqual([]);
});

test('loopback and link-local addresses are left out, IPv4 comes first', () => {
  const interfaces = {
    lan: [entry('fd00::1'), entry('fe80::1'), entry('192.168.1.5')],
    lo: [entry('127.0.0.1', true)],
  };
  expect(lanAddresses(interfaces, noDefaults).map(({ address }) => address)).toEqual([
    '192.168.1.5',
    'fd00::1',
  ]);
});

test('I2 the default route’s address is one of this machine’s own, or there is none', async () => {
  const { IPv4, IPv6 } = await defaultAddresses();
  const own = Object.values(networkInterfaces()).flatMap((list = []) => list.map(({ address }) => address));
  for (const address of [IPv4, IPv6]) if (address !== null) expect(own).toContain(address);
});
