import { randomBytes, randomInt, scrypt, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { Limiter } from '../lib/limiter.ts';

/** Cost of a new hash: 32 MiB and about a tenth of a second. Written beside each hash, so it can be raised later. */
const cost = { N: 2 ** 15, r: 8, p: 1 };
const keyBytes = 32;
const saltBytes = 16;
/** No letters that look alike; 24 of 54 are 138 bits. */
const alphabet = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const passwordLength = 24;
/** Hashes at work at once: each one takes a thread of the pool that the files use too. The others wait. */
const maxAtOnce = 2;

export function newPassword(): string {
  return Array.from({ length: passwordLength }, () => alphabet[randomInt(alphabet.length)]).join('');
}

const storedHash = z
  .string()
  .regex(/^scrypt:\d+:\d+:\d+:[0-9a-f]+:[0-9a-f]+$/)
  .transform((text) => {
    const [, N, r, p, salt = '', key = ''] = text.split(':');
    return {
      cost: { N: Number(N), r: Number(r), p: Number(p) },
      salt: Buffer.from(salt, 'hex'),
      key: Buffer.from(key, 'hex'),
    };
  });

/** Hashing and comparing of passwords with scrypt, off the main thread, two at a time (A13). */
export class PasswordHasher {
  private readonly limiter = new Limiter(maxAtOnce);
  /** Something to compare with where there is no user, so that it takes as long. */
  private readonly nobody = formatHash(cost, randomBytes(saltBytes), randomBytes(keyBytes));

  /** `scrypt:N:r:p:salt:key`, salted anew each time. */
  async hash(password: string): Promise<string> {
    const salt = randomBytes(saltBytes);
    return formatHash(cost, salt, await this.derive(password, salt, cost));
  }

  /** `hash` null: no such user; takes as long, and is never right. Compares in constant time. */
  async verify(password: string, hash: string | null): Promise<boolean> {
    const { salt, key, cost } = storedHash.parse(hash ?? this.nobody);
    const derived = await this.derive(password, salt, cost);
    return timingSafeEqual(derived, key) && hash !== null;
  }

  private derive(password: string, salt: Buffer, { N, r, p }: typeof cost): Promise<Buffer> {
    const work = (): Promise<Buffer> =>
      new Promise((resolve, reject) => {
        const options = { N, r, p, maxmem: 256 * N * r };
        scrypt(password, salt, keyBytes, options, (error, key) => (error ? reject(error) : resolve(key)));
      });
    return this.limiter.run(work);
  }
}

function formatHash({ N, r, p }: typeof cost, salt: Buffer, key: Buffer): string {
  return ['scrypt', N, r, p, salt.toString('hex'), key.toString('hex')].join(':');
}
