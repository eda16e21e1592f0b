import { readFileSync } from 'node:fs';
import { say } from './output.mjs';
import { findProgram, run } from './run.mjs';

function osRelease() {
  try {
    const lines = readFileSync('/etc/os-release', 'utf8').split('\n');
    return Object.fromEntries(
      lines
        .map((line) => line.match(/^([A-Z_]+)="?([^"]*)"?$/)?.slice(1, 3))
        .filter((pair) => pair !== undefined),
    );
  } catch {
    return {};
  }
}

const release = osRelease();
const families = `${release.ID ?? ''} ${release.ID_LIKE ?? ''}`.split(' ');

export const isDebianLike = families.includes('debian') || families.includes('ubuntu');
export const codename = release.VERSION_CODENAME ?? null;
export const isRoot = process.getuid?.() === 0;

/** Whether we may install Debian packages here. */
export const canInstallPackages = isRoot && isDebianLike && findProgram('apt-get') !== null;

async function aptGet(args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' };
  // Another apt may be at work (unattended upgrades): wait for it instead of failing.
  return run('apt-get', ['-o', 'DPkg::Lock::Timeout=300', '-o', 'Acquire::Retries=3', '-y', ...args], {
    env,
  });
}

/** Those of the packages that this distribution has. */
export async function knownPackages(packages) {
  const known = [];
  for (const name of packages) {
    const { code, stdout } = await run('apt-cache', ['policy', name]);
    if (code === 0 && /Candidate: (?!\(none\))/.test(stdout)) known.push(name);
  }
  return known;
}

/**
 * Installs Debian packages with one apt-get, refreshing its lists first. Tells what it does. `optional` ones are left out
 * where the distribution has no such package. Never throws: null, or why it failed.
 */
export async function installPackages(packages, optional = []) {
  say('Refreshing the lists of Debian packages (apt-get update)…');
  const update = await aptGet(['update']);
  if (update.code !== 0) say(`apt-get update had trouble, trying to go on:\n${update.stderr.trim()}`);
  const all = [...packages, ...(await knownPackages(optional))];
  say(`Installing Debian packages: ${all.join(' ')}`);
  const install = await aptGet(['install', '--no-install-recommends', ...all]);
  if (install.code === 0) return null;
  return `apt-get install ${all.join(' ')} failed:\n${install.stderr.trim().split('\n').slice(-8).join('\n')}`;
}
