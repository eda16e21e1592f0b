import { Alert, Button, Group, List, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery } from '@tanstack/react-query';
import type { Container } from '../../../../shared/http/containers.ts';
import { moveServerEgg, readServerEgg } from '../../../../shared/http/egg-versions.ts';
import type { ReplyOf } from '../../../../shared/http/route.ts';
import { hostText } from '../../../../shared/texts/host-text.ts';
import { api } from '../../../link/api.ts';
import { EggDifference } from '../../../ui/egg-difference.tsx';
import { eggName } from '../../../ui/game-title.ts';
import { Section } from '../../../ui/page.tsx';
import { showFailure } from '../../../ui/show-failure.ts';
import { eggStrings as strings } from './egg-strings.ts';
import { renew } from './saving.ts';

type ServerEgg = ReplyOf<typeof readServerEgg>;

/** A newer version of the server's egg, and the way to it by choice. Nothing where there is none. */
export function EggSection({ container, mayMove }: { container: Container; mayMove: boolean }) {
  const { internal_id: id, egg, revision } = container;
  const query = useQuery({
    // What moving it would change hangs on what it is.
    queryKey: ['server-egg', id, revision],
    queryFn: ({ signal }) => api.call(readServerEgg, { params: { id }, signal }),
    enabled: egg !== null,
    retry: false,
  });
  const { data } = query;
  if (egg === null || data?.state !== 'newer' || data.entry === null) return null;
  return <Newer id={id} found={data} sha256={data.entry.sha256} mayMove={mayMove} />;
}

interface NewerProps {
  id: string;
  found: ServerEgg;
  sha256: string;
  mayMove: boolean;
}

function Newer({ id, found: { egg, changes, notes, fields }, sha256, mayMove }: NewerProps) {
  const moving = useMutation({
    mutationFn: () => api.call(moveServerEgg, { params: { id }, body: { sha256 } }),
    onSuccess: ({ restart_required }) =>
      notifications.show({ message: restart_required.length > 0 ? strings.movedLater : strings.moved }),
    onError: (error) => showFailure(error, strings.notMoved),
    onSettled: () => renew(id),
  });
  return (
    <Section title={strings.title}>
      <Stack gap="sm">
        <Text>{strings.newer(eggName(egg?.name ?? ''))}</Text>
        {changes.length > 0 && <EggDifference changes={changes} />}
        {notes.length > 0 && (
          <Alert color="blue" title={strings.notes}>
            <List size="sm" className="wrapped">
              {[...new Set(notes)].map((note) => (
                <List.Item key={note}>{hostText(note)}</List.Item>
              ))}
            </List>
          </Alert>
        )}
        {fields.length === 0 && <Text size="sm">{strings.nothing}</Text>}
        <Text size="sm" className="quiet">
          {strings.help}
        </Text>
        <Group>
          <Button disabled={!mayMove} loading={moving.isPending} onClick={() => moving.mutate()}>
            {strings.move}
          </Button>
        </Group>
      </Stack>
    </Section>
  );
}
