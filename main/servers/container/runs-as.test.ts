import { describe, expect, test } from 'vitest';
import { serverDefinition } from '../../../tests/support/server-definition.ts';
import { runsAs, userOption, volumeOwner } from './runs-as.ts';
import { serverSpec } from './spec.ts';

const host = { uid: 1000, gid: 998 };
const context = { hostId: 'h', volumePath: '/v', timeZone: null };

describe('A19 C2 whom a server runs as', () => {
  test.each([
    [{}, 'host', '1000:998', '1000:998'],
    [{ user: 'host' }, 'host', '1000:998', '1000:998'],
    [{ user: 'image' }, 'image', null, '10000'],
    [{ user: 'root' }, 'root', '0', null],
    [{ volume_owner: 'game' }, 'image', null, 'game'],
    [{ volume_owner: 'game', user: 'host' }, 'host', '1000:998', 'game'],
    [{ startup_command: 'exec su game -c ./run' }, 'image', null, '10000'],
    [{ startup_command: 'gosu game ./run' }, 'image', null, '10000'],
    [{ startup_command: './issue tracker; echo pursue it' }, 'host', '1000:998', '1000:998'],
    [{ host_user_problem: 'its files are private' }, 'image', null, '10000'],
    [{ host_user_problem: 'its files are private', user: 'host' }, 'host', '1000:998', '1000:998'],
  ] as const)('of a host that is not root, with %j: %s', (more, mode, user, owner) => {
    const definition = serverDefinition('s', more);
    const as = runsAs(definition, host);
    expect([as.mode, userOption(as), volumeOwner(definition, host, '10000')]).toEqual([mode, user, owner]);
    expect(as.reason).not.toBe('');
  });

  test.each([
    [{}, 'image', null, '10000'],
    [{ user: 'root' }, 'root', '0', null],
    [{ user: 'host' }, 'host', '0:0', null],
    [{ volume_owner: 'game' }, 'image', null, 'game'],
  ] as const)('of a host that is root, as before, with %j: %s', (more, mode, user, owner) => {
    const definition = serverDefinition('s', more);
    const as = runsAs(definition, null);
    expect([as.mode, userOption(as), volumeOwner(definition, null, '10000')]).toEqual([mode, user, owner]);
  });

  test('its container has a home of its own as the host’s user, unless the server says another one', () => {
    const environmentOf = (environment: Record<string, string>, hostUser: typeof host | null) =>
      serverSpec(serverDefinition('s', { environment }), { ...context, hostUser }).environment;
    expect(environmentOf({}, host)).toMatchObject({ HOME: '/home/container' });
    expect(environmentOf({ HOME: '/x' }, host)).toMatchObject({ HOME: '/x' });
    expect(environmentOf({}, null)).not.toHaveProperty('HOME');
  });

  test('a host that is root makes the same container as before', () => {
    const spec = serverSpec(serverDefinition('s'), { ...context, hostUser: null });
    expect(spec.user).toBeNull();
    const hosts = serverSpec(serverDefinition('s'), { ...context, hostUser: host });
    expect(hosts.user).toBe('1000:998');
    expect(hosts.definitionHash).not.toBe(spec.definitionHash);
  });
});
