import type { Config } from './config-schema.ts';

/** Shorter secrets than this show nothing of themselves. */
const minToShow = 12;

/** A15: the configuration for others' eyes: `lightd_…` and the last four characters of each token. */
export function maskedConfig(config: Config): Config {
  return {
    ...config,
    authorization: { ...config.authorization, token: masked(config.authorization.token) },
    remote: { ...config.remote, url: withoutSecret(config.remote.url), token: masked(config.remote.token) },
  };
}

function masked(secret: string): string {
  if (secret === '') return '';
  const prefix = secret.startsWith('lightd_') ? 'lightd_' : '';
  return `${prefix}…${secret.length - prefix.length >= minToShow ? secret.slice(-4) : ''}`;
}

/** An address that isn't in use may hold anything, a password too. */
function withoutSecret(url: string): string {
  return url.replace(/\/\/[^/?#]*@/, '//…@').replace(/[?#].*$/, '');
}
