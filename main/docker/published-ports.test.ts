import { expect, test } from 'vitest';
import { bindingWords, publishedPorts } from './published-ports.ts';

test('what running containers publish, without what they only expose', () => {
  const answer = [
    {
      Names: ['/web'],
      Ports: [
        { IP: '0.0.0.0', PrivatePort: 80, PublicPort: 8080, Type: 'tcp' },
        { IP: '::', PrivatePort: 80, PublicPort: 8080, Type: 'tcp' },
        { PrivatePort: 443, Type: 'tcp' },
        { PrivatePort: 9, PublicPort: 9, Type: 'sctp' },
      ],
    },
    { Names: null, Ports: null },
  ];
  expect(publishedPorts(answer)).toEqual([
    { name: 'web', ip: '0.0.0.0', port: 8080, protocol: 'tcp' },
    { name: 'web', ip: '::', port: 8080, protocol: 'tcp' },
  ]);
  expect(() => publishedPorts({})).toThrow();
});

test('bindings in words, sorted, with the address that an empty one means', () => {
  const bindings = {
    '80/tcp': [
      { HostIp: '127.0.0.1', HostPort: '81' },
      { HostIp: '', HostPort: '80' },
    ],
    '53/udp': null,
  };
  expect(bindingWords(bindings)).toEqual(['0.0.0.0:80 → 80/tcp', '127.0.0.1:81 → 80/tcp']);
});
