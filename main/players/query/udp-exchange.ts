import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { QueryAddress } from './contract.ts';

/** What one question may bring in all, in packets and bytes: more is a flood, and not listened to any longer. */
const mostPackets = 64;
const mostBytes = 256 * 1024;
/** How long an answer may take, in ms, and how often the question is put in this time: packets get lost. */
const answerMs = 3000;
const askEveryMs = 1000;

export interface UdpExchange {
  /**
   * Sends the question and gives each packet that comes back from that address to `take`, until that gives something. What it throws ends the
   * exchange. Rejects when nothing usable came in time, or too much did.
   */
  ask<T>(question: Buffer, take: (packet: Buffer) => T | null): Promise<T>;
}

/** A socket for one address, for as long as `work` takes: what others send isn't heard. */
export async function udpExchange<R>(
  { host, port }: QueryAddress,
  signal: AbortSignal,
  work: (exchange: UdpExchange) => Promise<R>,
): Promise<R> {
  signal.throwIfAborted();
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  let packets = 0;
  let bytes = 0;
  let onPacket: (packet: Buffer) => void = () => {};
  let fail: (error: unknown) => void = () => {};
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  // It may fail while nobody waits.
  failed.catch(() => {});
  const onAbort = (): void => fail(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  socket.on('error', (error) => fail(error));
  socket.on('message', (packet) => {
    packets += 1;
    bytes += packet.length;
    if (packets > mostPackets || bytes > mostBytes) fail(new Error('it answered with too much'));
    else onPacket(packet);
  });
  const ask = async <T>(question: Buffer, take: (packet: Buffer) => T | null): Promise<T> => {
    let timer: NodeJS.Timeout | undefined;
    let left = answerMs / askEveryMs;
    const answer = new Promise<T>((resolve, reject) => {
      onPacket = (packet) => {
        try {
          const taken = take(packet);
          if (taken !== null) resolve(taken);
        } catch (error) {
          reject(error);
        }
      };
      const put = (): void => {
        if (left === 0) reject(new Error('it did not answer'));
        else socket.send(question);
        left -= 1;
      };
      put();
      timer = setInterval(put, askEveryMs);
    });
    try {
      return await Promise.race([failed, answer]);
    } finally {
      clearInterval(timer);
    }
  };
  try {
    await Promise.race([failed, new Promise<void>((resolve) => socket.connect(port, host, resolve))]);
    return await work({ ask });
  } finally {
    signal.removeEventListener('abort', onAbort);
    socket.close();
  }
}
