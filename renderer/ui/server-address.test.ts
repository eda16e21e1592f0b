import { expect, test } from 'vitest';
import type { LanAddress } from '../../shared/model/host.ts';
import { addressOf, joinAddresses, machineAddress } from './server-address.ts';

const addresses: LanAddress[] = [
  { interface: 'eth0', family: 'IPv4', address: '192.168.1.5', is_public: false },
  { interface: 'wlan0', family: 'IPv4', address: '203.0.113.9', is_public: true },
  { interface: 'eth0', family: 'IPv6', address: 'fd00::5', is_public: false },
];
const up = {
  status: 'up' as const,
  kind: 'docker' as const,
  version: '1',
  api_version: '1',
  source: 'x',
  tried: [],
};
const here = { engine: { ...up, endpoint: 'unix:///var/run/docker.sock' }, addresses };
const port = (ip: string) => ({ ip, host_port: 25565, container_port: 1, protocol: 'tcp' as const });
const at = (ip: string, place: Parameters<typeof joinAddresses>[1] = here): string[] =>
  joinAddresses(port(ip), place, '127.0.0.1').map(({ address }) => address);

test('I5 the address to copy is the one in the network, however this page was opened', () => {
  expect(addressOf([port('0.0.0.0')], here, '127.0.0.1')).toBe('192.168.1.5:25565');
  expect(addressOf([port('0.0.0.0')], here, 'localhost')).toBe('192.168.1.5:25565');
  expect(addressOf([port('::')], here, '127.0.0.1')).toBe('[fd00::5]:25565');
  expect(addressOf([], here, '127.0.0.1')).toBeNull();
});

test('I5 a port on all addresses is found on each network, the best one first, and on a single one there alone', () => {
  expect(at('0.0.0.0')).toEqual(['192.168.1.5:25565', '203.0.113.9:25565']);
  expect(at('203.0.113.9')).toEqual(['203.0.113.9:25565']);
  expect(joinAddresses(port('203.0.113.9'), here, '')).toMatchObject([
    { interface: 'wlan0', isPublic: true },
  ]);
  expect(at('127.0.0.1')).toEqual(['127.0.0.1:25565']);
});

test('I5 where Docker publishes on another machine, that one is the address', () => {
  const elsewhere = { ...here, engine: { ...up, endpoint: 'tcp://10.0.0.7:2376' } };
  expect(at('0.0.0.0', elsewhere)).toEqual(['10.0.0.7:25565']);
  expect(at('10.0.0.8', elsewhere)).toEqual(['10.0.0.8:25565']);
});

test('where the machine is in no network, or the host tells none, the page’s own name has to do', () => {
  expect(at('0.0.0.0', null)).toEqual(['127.0.0.1:25565']);
  expect(at('0.0.0.0', { ...here, addresses: [] })).toEqual(['127.0.0.1:25565']);
});

test('I5 what the host itself listens for is found there, too', () => {
  expect(machineAddress('0.0.0.0', here, 'localhost')).toBe('192.168.1.5');
  expect(machineAddress('::', here, 'localhost')).toBe('192.168.1.5');
  expect(machineAddress('10.9.9.9', here, 'localhost')).toBe('10.9.9.9');
  expect(machineAddress('0.0.0.0', null, 'localhost')).toBe('localhost');
});
