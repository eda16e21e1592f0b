import { connect, type Socket } from 'node:net';
import { openMs, type RemoteTarget } from './contract.ts';

/** Connects; the socket is the caller's. Rejects in words, or with the signal's reason. */
export function connectTcp({ host, port }: RemoteTarget, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    const limit = AbortSignal.any([signal, AbortSignal.timeout(openMs)]);
    const onAbort = (): void => fail(signal.aborted ? signal.reason : new Error('it does not answer'));
    const fail = (error: unknown): void => {
      limit.removeEventListener('abort', onAbort);
      socket.destroy();
      reject(error);
    };
    limit.addEventListener('abort', onAbort, { once: true });
    if (limit.aborted) onAbort();
    socket.once('error', fail);
    socket.once('connect', () => {
      limit.removeEventListener('abort', onAbort);
      socket.off('error', fail);
      socket.setNoDelay(true);
      resolve(socket);
    });
  });
}
