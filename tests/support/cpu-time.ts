/**
 * The processor time of this process that some work takes, in ms: unlike the time by the clock it is the same on a busy machine. A worker
 * does one thing at a time.
 */
export function cpuMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
