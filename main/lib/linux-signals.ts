/**
 * The signals by Linux's numbers, as signal(7) has them for x86 and ARM. A container's signals are Linux's wherever we run
 * (Docker Desktop, a remote engine), so Node's own table of this platform (`os.constants.signals`) is the wrong one.
 */
const names: readonly string[] = [
  'SIGHUP',
  'SIGINT',
  'SIGQUIT',
  'SIGILL',
  'SIGTRAP',
  'SIGABRT',
  'SIGBUS',
  'SIGFPE',
  'SIGKILL',
  'SIGUSR1',
  'SIGSEGV',
  'SIGUSR2',
  'SIGPIPE',
  'SIGALRM',
  'SIGTERM',
  'SIGSTKFLT',
  'SIGCHLD',
  'SIGCONT',
  'SIGSTOP',
  'SIGTSTP',
  'SIGTTIN',
  'SIGTTOU',
  'SIGURG',
  'SIGXCPU',
  'SIGXFSZ',
  'SIGVTALRM',
  'SIGPROF',
  'SIGWINCH',
  'SIGIO',
  'SIGPWR',
  'SIGSYS',
];

/** `SIGKILL` for 9; null for a number that has no name (real-time signals have none). */
export function linuxSignalName(number: number): string | null {
  return names[number - 1] ?? null;
}
