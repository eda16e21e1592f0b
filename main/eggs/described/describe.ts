import type { DescribedServer } from '../../../shared/http/eggs.ts';
import { readCompose } from './compose.ts';
import { readDockerRun } from './docker-run.ts';
import { refuseText } from './refuse-text.ts';

/** What a `docker run` line, or a service of a compose file, asks for. Throws `invalid` where the text is neither. */
export function describe(
  text: string,
  service: string | undefined,
): { server: DescribedServer; notes: string[]; refused: string[] } {
  const isLine = /^\s*(\$ |# )?(sudo )?(docker|podman)\s/.test(text);
  const found = isLine ? readDockerRun(text) : readCompose(text, service);
  if (found.image === '' && found.refused.length === 0) refuseText('it names no image.');
  return { server: found.server(), notes: found.notes, refused: found.refused };
}
