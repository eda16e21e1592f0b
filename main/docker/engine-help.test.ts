import { describe, expect, it } from 'vitest';
import { distributionOf, engineHelp } from './engine-help.ts';

describe('H3 what to do about an engine that can not be used', () => {
  it.each([
    ['ID=debian\nVERSION_ID="12"', 'debian'],
    ['NAME="Fedora Linux"\nID="fedora"\n', 'fedora'],
    ["VERSION_CODENAME=x\nID='ubuntu'\nID_LIKE=debian", 'ubuntu'],
    ['NAME=Nothing', null],
    ['ID=<script>', null],
  ])('%j is %s', (text, id) => expect(distributionOf(text)).toBe(id));

  it.each([
    ['linux', 'debian', 'https://docs.docker.com/engine/install/debian/'],
    ['linux', 'arch', 'https://docs.docker.com/engine/install/'],
    ['linux', null, 'https://docs.docker.com/engine/install/'],
    ['darwin', null, 'https://docs.docker.com/desktop/setup/install/mac-install/'],
    ['win32', null, 'https://docs.docker.com/desktop/setup/install/windows-install/'],
  ] as const)('where none is on %s (%s), its page of the guide', (platform, distribution, guide) => {
    expect(engineHelp('nothing_found', { platform, distribution }).guide).toBe(guide);
  });

  it('commands are for the system that has them', () => {
    const linux = { platform: 'linux', distribution: 'debian' } as const;
    const windows = { platform: 'win32', distribution: null } as const;
    for (const code of ['nothing_found', 'permission_denied', 'timeout', 'refused'] as const) {
      expect(engineHelp(code, linux).commands?.length).toBeGreaterThan(0);
      expect(engineHelp(code, windows).commands).toBeUndefined();
    }
    expect(engineHelp('tls', linux)).toEqual({});
  });
});
