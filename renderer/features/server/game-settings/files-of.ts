import type { ConfigFile } from '../../../../shared/http/config-files.ts';
import type { Container } from '../../../../shared/http/containers.ts';

/** Files that most of whoever comes here looks for. */
const known =
  /(^|\/)(server\.properties|.*(game|server)[^/]*settings[^/]*|serverconfig[^/]*|server\.(ya?ml|json|ini|cfg))$/i;

/** Answered once, and no setting of the game. */
const agreement = /(^|\/)eula\.txt$/i;

/**
 * The recipe's own files first, then those that are called like a game's main one, then all others as they were found; its
 * agreement last. Pure.
 */
export function filesOf(
  found: readonly ConfigFile[],
  { config_files }: Pick<Container, 'config_files'>,
): ConfigFile[] {
  const own = new Map(config_files.map(({ path, parser }) => [path, parser]));
  const rank = ({ path }: ConfigFile): number => {
    if (agreement.test(path)) return 3;
    return own.has(path) ? 0 : known.test(path) ? 1 : 2;
  };
  return found
    .map((file) => ({ ...file, parser: own.get(file.path) ?? file.parser }))
    .toSorted((a, b) => rank(a) - rank(b));
}

/** Whether a place of a file is set by the recipe before each start: what is typed there would not last. Of lines each that begins so is. */
export function managedBy(
  { path, parser }: Pick<ConfigFile, 'path' | 'parser'>,
  { config_files }: Pick<Container, 'config_files'>,
): (setting: { match: string; value: string }) => boolean {
  const places = config_files
    .filter((file) => file.path === path)
    .flatMap(({ find }) => find.filter(({ when }) => when.length === 0).map(({ match }) => match));
  return ({ match, value }) =>
    parser === 'file' ? places.some((place) => `${match}${value}`.startsWith(place)) : places.includes(match);
}
