import { isSecretName } from '../../shared/model/secret-name.ts';

const mask = '********';
/** A shorter value would be found in words that have nothing to do with it. */
const leastSecret = 4;

/** What looks like a secret by itself: ours, web tokens, hooks, keys in `name=value` or `name: value`, logins in addresses. */
const patterns: readonly { match: RegExp; with: string }[] = [
  { match: /\blightd_[\w-]{8,}/g, with: mask },
  { match: /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{4,}/g, with: mask },
  { match: /(\/api\/webhooks\/\d+\/)[\w-]{8,}/g, with: `$1${mask}` },
  { match: /\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi, with: `$1 ${mask}` },
  { match: /(\w+:\/\/[^\s/:@]{1,100}:)[^\s/@]{1,200}@/g, with: `$1${mask}@` },
  {
    match:
      /([\w.-]{0,60}(?:password|passwd|passphrase|secret|token|api[_-]?key|licen[cs]e[_-]?key|credential)[\w.-]{0,60}["']?[^\S\n]{0,3}[=:][^\S\n]{0,3}["']?)[^\s"',;]{3,500}/gi,
    with: `$1${mask}`,
  },
];

/** The text without the values of secret-looking variables, and without what looks like a secret by itself. Pure. */
export function maskSecrets(text: string, environment: Readonly<Record<string, string>>): string {
  const values = Object.entries(environment)
    .filter(([name, value]) => isSecretName(name) && value.length >= leastSecret)
    .flatMap(([, value]) => [value, encodeURIComponent(value)])
    // The longest first: one may be a part of another.
    .sort((a, b) => b.length - a.length);
  let masked = text;
  for (const value of values) masked = masked.replaceAll(value, mask);
  for (const { match, with: replacement } of patterns) masked = masked.replace(match, replacement);
  return masked;
}
