import type { EngineFailure } from './engine-failure.ts';

/** What somebody can do about an engine that can't be used: commands to copy, and where the installation is described. */
export interface EngineHelp {
  commands?: string[];
  /** An https address. */
  guide?: string;
}

const docs = 'https://docs.docker.com';
/** Distributions that have a page of their own there, by the ID of their os-release; others have the general one. */
const distributions = new Set(['debian', 'ubuntu', 'fedora', 'rhel', 'centos']);

const guides: Partial<Record<NodeJS.Platform, string>> = {
  darwin: `${docs}/desktop/setup/install/mac-install/`,
  win32: `${docs}/desktop/setup/install/windows-install/`,
};

/** Pure. `distribution`: the ID of the system's os-release, null where there is none. */
export function engineHelp(
  code: EngineFailure['code'],
  { platform, distribution }: { platform: NodeJS.Platform; distribution: string | null },
): EngineHelp {
  const isLinux = platform !== 'darwin' && platform !== 'win32';
  switch (code) {
    case 'nothing_found':
    case 'missing':
      return {
        ...(isLinux ? { commands: ['sudo systemctl enable --now docker'] } : {}),
        guide: guides[platform] ?? linuxGuide(distribution),
      };
    case 'refused':
      return isLinux ? { commands: ['sudo systemctl restart docker'] } : {};
    case 'permission_denied':
      return isLinux
        ? {
            commands: ['sudo usermod -aG docker "$USER"'],
            guide: `${docs}/engine/install/linux-postinstall/`,
          }
        : {};
    case 'timeout':
      return isLinux ? { commands: ['journalctl -u docker -n 100', 'sudo systemctl restart docker'] } : {};
    case 'not_an_engine':
    case 'not_ready':
    case 'unsupported':
    case 'tls':
    case 'connection_lost':
      return {};
  }
}

function linuxGuide(distribution: string | null): string {
  const own = distribution !== null && distributions.has(distribution) ? `${distribution}/` : '';
  return `${docs}/engine/install/${own}`;
}

/** The distribution's ID out of the text of /etc/os-release; null if it names none. */
export function distributionOf(osRelease: string): string | null {
  return /^ID=["']?([a-z0-9._-]+)["']?\s*$/m.exec(osRelease)?.[1] ?? null;
}
