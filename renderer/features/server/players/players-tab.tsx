import { Alert, Button, Group, Stack, Text, Title } from '@mantine/core';
import { IconRefresh, IconUsers } from '@tabler/icons-react';
import type { PlayersReply } from '../../../../shared/http/players.ts';
import type { ServerSummary } from '../../../../shared/model/host.ts';
import type { SourceState } from '../../../../shared/model/players.ts';
import { isResting } from '../../../../shared/model/server.ts';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { moment } from '../../../ui/format.ts';
import { Loaded } from '../../../ui/loaded.tsx';
import { usePermission } from '../../../ui/use-permission.ts';
import { Counts } from './counts.tsx';
import { PlayerList } from './player-list.tsx';
import { strings } from './strings.ts';
import { useAsk, usePlayers } from './use-players.ts';
import { Visits } from './visits.tsx';

/** Who plays on a server, and who did. */
export default function PlayersTab({ server }: { server: ServerSummary }) {
  const players = usePlayers(server.internal_id);
  return (
    <Stack gap="md" maw={860} pb="xl">
      <Loaded query={players} what={strings.seeing}>
        {(data) => <Players server={server} data={data} />}
      </Loaded>
    </Stack>
  );
}

function Players({ server, data }: { server: ServerSummary; data: PlayersReply }) {
  const { may } = usePermission();
  if (data.query.state === 'none' && data.console.state === 'none') {
    return (
      <EmptyState icon={<IconUsers size={40} />} title={strings.none}>
        {strings.noneHelp}
      </EmptyState>
    );
  }
  const maySee = may('console.read', server.internal_id);
  return (
    <>
      <Now server={server} data={data} maySee={maySee} />
      <Counts server={server.internal_id} most={data.max} />
      {maySee && <Visits server={server.internal_id} />}
    </>
  );
}

function Now({ server, data, maySee }: { server: ServerSummary; data: PlayersReply; maySee: boolean }) {
  const { online, max, players, counted_at: at, query } = data;
  const ask = useAsk(server.internal_id);
  const rests = isResting(server.state);
  return (
    <Stack component="section" className="surface" p="md" gap="sm" aria-label={strings.online}>
      <Group justify="space-between" align="flex-start">
        <Stack gap={0}>
          <Title order={2} size="h4">
            {strings.online}
          </Title>
          <Text size="xl" fw={600} className="figures">
            {rests ? strings.of(0, null) : online === null ? strings.unknown : strings.of(online, max)}
          </Text>
          {at !== null && !rests && (
            <Text size="sm" className="quiet figures">
              {strings.countedAt(moment(at))}
            </Text>
          )}
        </Stack>
        {query.state !== 'none' && !rests && (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconRefresh size={14} />}
            loading={ask.isPending}
            onClick={() => ask.mutate()}
          >
            {strings.ask}
          </Button>
        )}
      </Group>
      {rests ? <Text className="quiet">{strings.resting}</Text> : <Sources data={data} />}
      {!rests && online !== null && online > 0 && players === null && (
        <Text className="quiet">{maySee ? strings.noNames : strings.mayNotSee}</Text>
      )}
      {!rests && players !== null && (
        <PlayerList server={server.internal_id} players={players} online={online ?? players.length} />
      )}
    </Stack>
  );
}

/** Why it isn't known, or not all of it. */
function Sources({ data: { query, console } }: { data: PlayersReply }) {
  return (
    <>
      <Trouble words={queryTrouble(query)} />
      <Trouble words={console.state === 'off' ? strings.consoleOff(console.why) : null} />
    </>
  );
}

function Trouble({ words }: { words: string | null }) {
  if (words === null) return null;
  return (
    <Alert color="yellow" p="xs">
      {words}
    </Alert>
  );
}

function queryTrouble({ state, why }: SourceState): string | null {
  if (state === 'off') return strings.queryOff(why);
  return state === 'failing' ? strings.queryFails(why) : null;
}
