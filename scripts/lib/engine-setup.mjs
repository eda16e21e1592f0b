import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { canInstallPackages, installPackages, isRoot } from './debian.mjs';
import { findEngine, ping } from './engine-search.mjs';
import { say } from './output.mjs';
import { delay, findProgram, isAlive, run } from './run.mjs';

const startTimeoutMs = 60_000;
const stopTimeoutMs = 60_000;
const systemSocket = 'unix:///var/run/docker.sock';
const logFile = '/var/log/lightdeck-dockerd.log';

export const enginePackages = { needed: ['docker.io', 'iptables'], optional: ['docker-cli'] };

/** What to do about a missing engine on this system, in words. */
function advice({ chosen, problems }) {
  if (chosen)
    return `No Docker engine answers at ${chosen} (${problems[chosen]}), which DOCKER_HOST or the Docker context names. Start that engine, or unset it.`;
  if (process.platform === 'darwin')
    return 'No Docker engine is running. Install and start Docker Desktop, OrbStack or Colima (brew install colima docker && colima start).';
  if (process.platform === 'win32')
    return 'No Docker engine is running. Install Docker Desktop (winget install Docker.DockerDesktop), then start it.';
  if (problems[systemSocket] === 'EACCES')
    return 'A Docker engine is there, but this user may not use it: sudo usermod -aG docker "$USER", then log out and in again.';
  if (findProgram('dockerd'))
    return 'Docker is installed but not running: sudo systemctl enable --now docker (or: sudo service docker start).';
  const packages = findProgram('apt-get')
    ? 'sudo apt-get install docker.io'
    : 'the docker package of your distribution';
  return `Docker is not installed. Install it (${packages}), start it (sudo systemctl enable --now docker) and allow this user to use it (sudo usermod -aG docker "$USER", then log out and in again).`;
}

/** The process of the system’s Docker daemon, or null. */
export function daemonPid() {
  try {
    const pid = Number.parseInt(readFileSync('/var/run/docker.pid', 'utf8'), 10);
    return Number.isInteger(pid) && isAlive(pid) ? pid : null;
  } catch {
    return null;
  }
}

/** `systemctl` or `service` where a service manager is at work, else null. */
function serviceCommand() {
  if (existsSync('/run/systemd/system')) return ['systemctl', ['start', 'docker']];
  const first = existsSync('/proc/1/comm') ? readFileSync('/proc/1/comm', 'utf8').trim() : '';
  if (first === 'init' && existsSync('/etc/init.d/docker')) return ['service', ['docker', 'start']];
  return null;
}

/** dockerd in the background, in a session of its own: it outlives us as game servers do. */
function startDaemonDirectly() {
  say(`Starting dockerd in the background; its log: ${logFile}`);
  const log = openSync(logFile, 'a', 0o600);
  const daemon = spawn(findProgram('dockerd'), [], { detached: true, stdio: ['ignore', log, log] });
  daemon.on('error', (error) => say(`dockerd could not be started: ${error.message}`));
  daemon.unref();
  closeSync(log);
  return daemon.pid ?? null;
}

export const hasServiceManager = () => serviceCommand() !== null;

async function waitUntilUp() {
  const deadline = Date.now() + startTimeoutMs;
  while (Date.now() < deadline) {
    if ((await ping(systemSocket)) === null) return true;
    await delay(250);
  }
  return false;
}

function lastWords() {
  try {
    return readFileSync(logFile, 'utf8').trim().split('\n').slice(-5).join('\n');
  } catch {
    return '';
  }
}

/** Starts the installed engine. `pid` is set only when the daemon is ours to stop. */
async function startEngine(pidBefore) {
  const service = serviceCommand();
  let own = null;
  if (service) {
    say(`Starting Docker: ${service[0]} ${service[1].join(' ')}`);
    const { code, stderr } = await run(...service);
    if (code !== 0)
      return {
        endpoint: null,
        pid: null,
        problem: `Docker could not be started by ${service[0]}:\n${stderr.trim()}`,
      };
  } else if (daemonPid() === null) {
    own = startDaemonDirectly();
  } else if (pidBefore === null) {
    // The package's own scripts started it just now.
    own = daemonPid();
  }
  if (await waitUntilUp()) return { endpoint: systemSocket, pid: own, problem: null };
  return {
    endpoint: null,
    pid: own,
    problem: `Docker did not answer within ${startTimeoutMs / 1000} s.\n${lastWords()}`,
  };
}

/**
 * Finds an engine, or sets one up where we may: root on Linux with dockerd, or on Debian and Ubuntu without. Tells what
 * it does. Never throws: `endpoint` is null and `problem` says what to do where there is none in the end. `pid` is the
 * daemon's if it was started here by us, for `stopEngine`.
 */
export async function ensureEngine() {
  const found = await findEngine();
  if (found.endpoint) return { endpoint: found.endpoint, pid: null, problem: null };
  const none = { endpoint: null, pid: null, problem: advice(found) };
  if (found.chosen || process.platform !== 'linux' || !isRoot) return none;
  const pidBefore = daemonPid();
  if (!findProgram('dockerd')) {
    if (!canInstallPackages) return none;
    say(
      'No Docker engine is here. As this is root on a Debian-like system, Docker will be installed and started.',
    );
    const problem = await installPackages(enginePackages.needed, enginePackages.optional);
    if (problem) return { ...none, problem };
  }
  return startEngine(pidBefore);
}

/** Stops the daemon that `ensureEngine` started. */
export async function stopEngine(pid) {
  const deadline = Date.now() + stopTimeoutMs;
  try {
    process.kill(pid, 'SIGTERM');
    while (isAlive(pid) && Date.now() < deadline) await delay(200);
    if (isAlive(pid)) process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}
