import { Stack, Text, Title } from '@mantine/core';
import { duration, moment } from '../../../ui/format.ts';
import { Loaded } from '../../../ui/loaded.tsx';
import { strings } from './strings.ts';
import { useVisits } from './use-players.ts';

/** Who was on when, newest first. */
export function Visits({ server }: { server: string }) {
  const visits = useVisits(server, true);
  return (
    <Stack component="section" className="surface" p="md" gap="sm" aria-label={strings.visits}>
      <Title order={2} size="h4">
        {strings.visits}
      </Title>
      <Loaded query={visits} what={strings.seeing}>
        {({ sessions }) => {
          const over = sessions.flatMap(({ name, since, until }) =>
            until === null ? [] : [{ name, since, until }],
          );
          if (over.length === 0) return <Text className="quiet">{strings.noVisits}</Text>;
          return (
            <Stack
              component="ol"
              className="plain-list"
              gap={4}
              mah={360}
              style={{ overflowY: 'auto' }}
              aria-label={strings.visits}
              tabIndex={0}
            >
              {over.map(({ name, since, until }) => (
                <li key={`${name} ${since}`}>
                  <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
                    {name}{' '}
                    <span className="quiet figures">
                      {moment(since)}, {strings.stayed(duration(until - since))}
                    </span>
                  </Text>
                </li>
              ))}
            </Stack>
          );
        }}
      </Loaded>
    </Stack>
  );
}
