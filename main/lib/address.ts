/** The addresses of `localhost`, IPv4 first. */
export const loopbackAddresses: readonly string[] = ['127.0.0.1', '::1'];

/**
 * An address as people know it: an IPv4 peer of a listener on `::` (`::ffff:192.0.2.7`) is `192.0.2.7`, all else stays as it
 * is. '' for none, as a socket says that has been closed.
 */
export function plainAddress(address: string | undefined): string {
  return (address ?? '').replace(/^::ffff:(?=\d+\.)/i, '');
}

/** Whether the peer with this address is this machine itself. */
export function isLoopback(address: string | undefined): boolean {
  const plain = plainAddress(address);
  return plain === '::1' || /^127\.\d+\.\d+\.\d+$/.test(plain);
}
