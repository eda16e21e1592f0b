import { intervalSchema, listenPortSchema, priceSchema } from '../../../shared/model/settings.ts';
import { strings } from './strings.ts';

/** What a number field holds: nothing while it is empty. */
export type Amount = number | '';

/** Mantine's number field tells text while it can't be a number. */
export const amountOf = (value: number | string): Amount => (typeof value === 'number' ? value : '');

/** Each says in words what is wrong, or null. */
export const portProblem = (port: Amount): string | null =>
  listenPortSchema.safeParse(port).success ? null : strings.badPort;

export const hostProblem = (host: string): string | null => (/^\S+$/.test(host) ? null : strings.badHost);

/** `seconds` between two readings. */
export const intervalProblem = (seconds: Amount): string | null =>
  seconds !== '' && intervalSchema.safeParse(Math.round(seconds * 1000)).success ? null : strings.badInterval;

export const priceProblem = (price: Amount): string | null =>
  priceSchema.max(1_000_000).safeParse(price).success ? null : strings.badPrice;

/** The panel's address, needed while it is on. */
export function panelProblem(isOn: boolean, url: string): string | null {
  if (!isOn) return null;
  if (!/^https?:\/\/[^/]/.test(url) || !URL.canParse(url)) return strings.badUrl;
  const { username, password } = new URL(url);
  return username === '' && password === '' && !/[?#]/.test(url) ? null : strings.badUrlParts;
}

/** Whether the panel's token must be given again: the host keeps it from another place than it was meant for. */
export function needsToken(before: string, next: string): boolean {
  const place = (url: string) => (URL.canParse(url) ? new URL(url).origin : url);
  return before !== '' && place(before) !== place(next);
}

/** One folder for each line; empty lines are none. */
export const foldersOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** Absolute here or on Windows, where the host may run. */
export function foldersProblem(text: string): string | null {
  const wrong = foldersOf(text).find((folder) => !/^(\/|[A-Za-z]:[\\/]|\\\\)/.test(folder));
  return wrong === undefined ? null : strings.badFolder(wrong);
}
