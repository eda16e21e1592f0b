import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { clientAddress, directAddress, isNetwork, trustedPeers } from './client-address.ts';

function from(address: string | undefined, forwarded?: string): IncomingMessage {
  const socket = new Socket();
  Object.defineProperty(socket, 'remoteAddress', { value: address });
  const request = new IncomingMessage(socket);
  if (forwarded !== undefined) request.headers['x-forwarded-for'] = forwarded;
  return request;
}

describe('B10 who calls, behind a proxy', () => {
  const behind = clientAddress(['127.0.0.1', '::1', '10.1.0.0/16']);

  it.each([
    ['nobody is trusted by default', directAddress, from('127.0.0.1', '192.0.2.7'), '127.0.0.1'],
    ['no list', clientAddress([]), from('::ffff:127.0.0.1', '192.0.2.7'), '127.0.0.1'],
    ['a trusted one tells', behind, from('127.0.0.1', '192.0.2.7'), '192.0.2.7'],
    ['as an IPv4 peer of a listener on ::', behind, from('::ffff:127.0.0.1', '192.0.2.7'), '192.0.2.7'],
    ['IPv6', behind, from('::1', '2001:db8::7'), '2001:db8::7'],
    ['a chain of them', behind, from('127.0.0.1', '192.0.2.7, 10.1.2.3'), '192.0.2.7'],
    [
      'what the client wrote itself counts for nothing',
      behind,
      from('127.0.0.1', '1.1.1.1, 192.0.2.7'),
      '192.0.2.7',
    ],
    ['a stranger may say what he likes', behind, from('192.0.2.9', '10.1.2.3'), '192.0.2.9'],
    ['nothing told', behind, from('127.0.0.1'), '127.0.0.1'],
    ['nonsense', behind, from('127.0.0.1', '<b>me</b>'), '127.0.0.1'],
    ['nonsense before one that is right', behind, from('127.0.0.1', 'unknown, 10.1.2.3'), '10.1.2.3'],
    ['an empty list', behind, from('127.0.0.1', ' , ,'), '127.0.0.1'],
    ['a connection that is gone', behind, from(undefined, '192.0.2.7'), ''],
  ])('%s', (_what, addressOf, request, address) => {
    expect(addressOf(request)).toBe(address);
  });

  it('knows addresses and networks, and nothing else', () => {
    for (const text of ['127.0.0.1', '::1', '10.0.0.0/8', 'fd00::/8']) expect(isNetwork(text)).toBe(true);
    for (const text of ['', 'proxy', 'loopback', '10.0.0.0/33', '10.0.0/8', 'fd00::/129', '1.2.3.4/-1', '/8'])
      expect(isNetwork(text), text).toBe(false);
  });

  it('tells who is such a proxy', () => {
    const isProxy = trustedPeers(['10.1.0.0/16']);
    expect(['10.1.2.3', '::ffff:10.1.2.3', '10.2.0.1', undefined].map(isProxy)).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(trustedPeers([])('10.1.2.3')).toBe(false);
  });
});
