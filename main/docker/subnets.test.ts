import { describe, expect, it } from 'vitest';
import { routeRanges } from './machine-ranges.ts';
import { freeSubnet, parseSubnet } from './subnets.ts';

const ranges = (...texts: string[]) => texts.flatMap((text) => parseSubnet(text) ?? []);

describe('A7 subnets', () => {
  it.each([
    ['10.0.0.0/8', { first: 0x0a000000, size: 2 ** 24 }],
    ['192.168.1.77/24', { first: 0xc0a80100, size: 256 }],
    ['10.1.2.3/32', { first: 0x0a010203, size: 1 }],
    ['0.0.0.0/0', null],
    ['10.0.0.0/33', null],
    ['10.0.0.256/8', null],
    ['fd00::/8', null],
    ['', null],
  ])('the range %s', (text, range) => expect(parseSubnet(text)).toEqual(range));

  it.each([
    [[], '10.213.0.0/28'],
    [['10.213.0.0/28', '10.213.0.32/28'], '10.213.0.16/28'],
    // An address in the middle, a range that begins before, one over several subnets.
    [['10.213.0.5/32'], '10.213.0.16/28'],
    [['10.212.0.0/14'], '10.187.0.0/28'],
    [['10.213.0.0/25', '10.213.0.128/27'], '10.213.0.160/28'],
    // A VPN over all of ten, and Docker's own pools.
    [['10.0.0.0/8'], '172.30.0.0/28'],
    [['10.0.0.0/8', '172.16.0.0/12'], '192.168.208.0/28'],
    [['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'], null],
  ])('beside %j the first free one is %s', (taken, subnet) => {
    expect(freeSubnet(ranges(...taken))).toBe(subnet);
  });

  it('until a range is full, no two alike', () => {
    const taken = ranges('10.213.0.0/17', '10.187.0.0/16', '172.30.0.0/16', '192.168.208.0/20');
    for (let count = 0; count < 2048; count += 1) {
      const subnet = freeSubnet(taken) ?? '';
      expect(parseSubnet(subnet)?.size).toBe(16);
      taken.push(...ranges(subnet));
    }
    expect(freeSubnet(taken)).toBeNull();
  });

  it("reads Linux's table of routes; a default route is none", () => {
    const table = [
      'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT',
      'eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0',
      'docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0',
      'tun0\t0000000A\t00000000\t0001\t0\t0\t0\t000000FF\t0\t0\t0',
      'nonsense',
    ].join('\n');
    expect(routeRanges(table)).toEqual(ranges('172.17.0.0/16', '10.0.0.0/8'));
  });
});
