import { Button, Group, List, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { useStore } from 'zustand';
import { type AdoptableContainer, adoptContainer, listStrangers } from '../../../../shared/http/adoption.ts';
import { hostText } from '../../../../shared/texts/host-text.ts';
import { api, queryClient } from '../../../link/api.ts';
import { hostStore } from '../../../state/host-store.ts';
import { Loaded } from '../../../ui/loaded.tsx';
import { Section } from '../../../ui/page.tsx';
import { showFailure } from '../../../ui/show-failure.ts';
import { freeId } from '../draft.ts';
import { strings } from './strings.ts';

const key = ['host-containers'];

/** Containers that run and that no Lightdeck made, each with what can't be done with it. */
export function AdoptContainers() {
  const query = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => api.call(listStrangers, { signal }),
    staleTime: 0,
  });
  return (
    <Section title={strings.containers}>
      <Text size="sm" className="quiet">
        {strings.containersHelp}
      </Text>
      <Loaded query={query} what={strings.seeing}>
        {({ containers }) =>
          containers.length === 0 ? <Text size="sm">{strings.noContainers}</Text> : <Rows all={containers} />
        }
      </Loaded>
    </Section>
  );
}

function Rows({ all }: { all: readonly AdoptableContainer[] }) {
  const [, navigate] = useLocation();
  const servers = useStore(hostStore.store, (view) => view.servers);
  const taken = new Set(servers?.map(({ internal_id }) => internal_id));
  const adopting = useMutation({
    mutationFn: ({ id, name }: AdoptableContainer) =>
      api.call(adoptContainer, {
        body: { container_id: id, internal_id: freeId(name, taken), name: name.slice(0, 64) },
      }),
    onSuccess({ internal_id }, { name }) {
      notifications.show({ message: strings.adopted(name) });
      navigate(`/servers/${internal_id}`);
    },
    onError: (error) => showFailure(error, strings.notAdopted),
    onSettled: () => queryClient.invalidateQueries({ queryKey: key }),
  });
  return (
    <ul className="plain-list rows">
      {all.map((one) => (
        <li key={one.id}>
          <Group justify="space-between" wrap="nowrap" gap="sm" py="xs" align="flex-start">
            <Stack gap={4} miw={0}>
              <Text fw={600} className="wrapped">
                {one.name}
              </Text>
              <Text size="sm" className="quiet wrapped">
                {[one.image, portsOf(one)].join(' ')}
              </Text>
              <List size="sm" className="wrapped">
                {one.notes.map((note) => (
                  <List.Item key={note}>{hostText(note)}</List.Item>
                ))}
              </List>
            </Stack>
            <Button
              variant="default"
              size="compact-sm"
              style={{ flexShrink: 0 }}
              disabled={adopting.isPending}
              aria-label={strings.adoptOf(one.name)}
              onClick={() => adopting.mutate(one)}
            >
              {strings.adopt}
            </Button>
          </Group>
        </li>
      ))}
    </ul>
  );
}

const portsOf = ({ ports }: AdoptableContainer): string =>
  ports.length === 0
    ? strings.noPorts
    : strings.ports(ports.map(({ host_port, protocol }) => `${host_port}/${protocol}`).join(', '));
