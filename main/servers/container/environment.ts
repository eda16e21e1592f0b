import type { ServerDefinition } from '../../../shared/model/server.ts';
import type { ImageFacts } from '../../docker/contract.ts';

/** Any of them says in which language and encoding a program speaks. */
const localeNames = ['LANG', 'LC_ALL', 'LC_CTYPE'];

/**
 * A program's variables: the server's own, and where neither it nor its image says otherwise the time zone of the host's machine, which
 * people expect in a log, and text in UTF-8, without which Java turns an umlaut into question marks. What was chosen comes before
 * what the image says. Pure.
 */
export function serverEnvironment(
  definition: Pick<ServerDefinition, 'environment' | 'time_zone'>,
  image: Pick<ImageFacts, 'environment'> | null,
  hostTimeZone: string | null,
): Record<string, string> {
  const own = definition.environment;
  const says = (name: string): boolean =>
    Object.hasOwn(own, name) || Object.hasOwn(image?.environment ?? {}, name);
  const zone = definition.time_zone ?? (says('TZ') ? null : hostTimeZone);
  return {
    ...(zone === null ? {} : { TZ: zone }),
    ...(localeNames.some(says) ? {} : { LANG: 'C.UTF-8' }),
    ...own,
  };
}
