import { lookup } from 'node:dns';
import type { RequestOptions } from 'node:http';
import { isIP } from 'node:net';
import { isPublicAddress } from '../host/lan-addresses.ts';

const refusal =
  'its address is in a network of this machine, which the master token alone may set: save the address anew with it';

/** Why the host of a URL that is an address itself is refused; null if it is not, or is a name. */
export function privateHostProblem({ hostname }: URL): string | null {
  const host = hostname.replace(/^\[|\]$/g, '');
  return isIP(host) === 0 || isPublicAddress(host) ? null : refusal;
}

/** Finds the addresses of a name, those of the internet alone: what is asked and what is connected to is the same. */
export const publicLookup: NonNullable<RequestOptions['lookup']> = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) {
      callback(error, '', 0);
      return;
    }
    const [first] = addresses;
    if (!first || addresses.some(({ address }) => !isPublicAddress(address))) {
      callback(new Error(refusal), '', 0);
      return;
    }
    if (options.all) callback(null, addresses);
    else callback(null, first.address, first.family);
  });
};
