import { expect, test } from 'vitest';
import { type Interface, joinAddresses } from './addresses.ts';

const interfaces: Interface[] = [
  { interface: 'eth0', family: 'IPv4', address: '192.168.1.5', is_public: false },
  { interface: 'docker0', family: 'IPv4', address: '172.17.0.1', is_public: false },
  { interface: 'wlan0', family: 'IPv4', address: '203.0.113.9', is_public: true },
  { interface: 'eth0', family: 'IPv6', address: 'fd00::5', is_public: false },
];
const port = (ip: string) => ({ ip, host_port: 25565, container_port: 1, protocol: 'tcp' as const });
const at = (ip: string, known: Interface[] | null = interfaces): string[] =>
  joinAddresses(port(ip), known, 'here:25565').map(({ address }) => address);

test('a port on all addresses is found on each network of the machine, but not on those inside it', () => {
  expect(at('0.0.0.0')).toEqual(['192.168.1.5:25565', '203.0.113.9:25565']);
  expect(at('::')).toEqual(['[fd00::5]:25565']);
  expect(joinAddresses(port('0.0.0.0'), interfaces, '').map(({ isPublic }) => isPublic)).toEqual([
    false,
    true,
  ]);
});

test('one on a single address there alone, and where nothing is known under the page’s own name', () => {
  expect(joinAddresses(port('192.168.1.5'), interfaces, '192.168.1.5:25565')).toEqual([
    { address: '192.168.1.5:25565', interface: 'eth0', isPublic: false },
  ]);
  expect(at('0.0.0.0', null)).toEqual(['here:25565']);
  expect(at('0.0.0.0', [])).toEqual(['here:25565']);
});
