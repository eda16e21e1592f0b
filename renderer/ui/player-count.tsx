import { Text } from '@mantine/core';
import type { ServerSummary } from '../../shared/model/host.ts';
import { textsOf } from '../../shared/texts/messages.ts';
import en from './texts/player-count.en.json';

const t = textsOf('ui/player-count', en);

/** How many play on a server: `3 of 20 players`; nothing where nobody knows. */
export function PlayerCount({ server }: { server: Pick<ServerSummary, 'players' | 'state'> }) {
  const words = playerWords(server);
  if (words === null) return null;
  return (
    <Text size="sm" className="quiet figures" component="span" style={{ whiteSpace: 'nowrap' }}>
      {words}
    </Text>
  );
}

/** Null where nobody knows. */
export function playerWords({ players, state }: Pick<ServerSummary, 'players' | 'state'>): string | null {
  if (!players || state !== 'running') return null;
  const { online, max } = players;
  return max === null ? t('players', { online }) : t('of', { online, max });
}
