import { Accordion, Button, Group, Stack, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDownload, IconRefresh, IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import { deleteEgg, exportEggRoute, getEgg, planEgg } from '../../../../shared/http/eggs.ts';
import type { ReplyOf } from '../../../../shared/http/route.ts';
import { hostText } from '../../../../shared/texts/host-text.ts';
import { api, queryClient } from '../../../link/api.ts';
import { Confirm } from '../../../ui/confirm.tsx';
import { eggName } from '../../../ui/game-title.ts';
import { Loaded } from '../../../ui/loaded.tsx';
import { saveBlob } from '../../../ui/save-blob.ts';
import { showFailure } from '../../../ui/show-failure.ts';
import { ServerForm } from '../server-form.tsx';
import { type EggPlan, eggRecipe } from './egg-recipe.ts';
import { eggsKey } from './eggs-key.ts';
import { EggHead } from './import-page.tsx';
import { NewerEgg, useNewerEgg } from './newer-egg.tsx';
import { strings } from './strings.ts';
import { WhatItDoes } from './what-it-does.tsx';

type KnownEgg = ReplyOf<typeof getEgg>;

/** `/new/egg/ID`: one of the host's eggs: what it does, and the form for a server of it. */
export function EggPage({ id }: { id: string }) {
  const query = useQuery({
    queryKey: [...eggsKey, id],
    queryFn: async ({ signal }) => {
      const known = await api.call(getEgg, { params: { id }, signal });
      const plan = await api.call(planEgg, { body: { id }, signal });
      return { known, plan };
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <Loaded query={query} what={strings.seeing}>
      {({ known, plan }) => <Egg known={known} plan={plan} notes={plan.notes} />}
    </Loaded>
  );
}

function Egg({ known, plan, notes }: { known: KnownEgg; plan: EggPlan; notes: readonly string[] }) {
  const { entry, egg, sha256 } = known;
  const checking = useNewerEgg(entry.id);
  // A version of its own is a form of its own.
  const recipe = useMemo(() => eggRecipe(entry.id, egg, plan), [entry.id, egg, plan]);
  return (
    <>
      <Stack gap="sm" maw={860}>
        <Title order={1} className="visually-hidden">
          {eggName(egg.name)}
        </Title>
        <EggHead egg={egg} source={entry.source} />
        <Manage known={known} checking={checking} />
        <NewerEgg entry={entry} checking={checking} />
        <Accordion variant="contained" keepMounted={false}>
          <Accordion.Item value="does">
            <Accordion.Control>{strings.willDo}</Accordion.Control>
            <Accordion.Panel>
              <WhatItDoes egg={egg} notes={known.notes} />
            </Accordion.Panel>
          </Accordion.Item>
        </Accordion>
        {notes.map((note) => (
          <Text key={note} size="sm" className="quiet">
            {hostText(note)}
          </Text>
        ))}
      </Stack>
      <ServerForm key={sha256} recipe={recipe} />
    </>
  );
}

interface ManageProps {
  known: KnownEgg;
  checking: ReturnType<typeof useNewerEgg>;
}

/** What can be done with the egg itself. */
function Manage({ known: { entry }, checking }: ManageProps) {
  const [, navigate] = useLocation();
  const [isAsking, setAsking] = useState(false);
  const params = { id: entry.id };
  const exporting = useMutation({
    mutationFn: () => api.call(exportEggRoute, { params }),
    onSuccess: ({ file_name, text }) => saveBlob(new Blob([text], { type: 'application/json' }), file_name),
    onError: (error) => showFailure(error, strings.notExported),
  });
  const removing = useMutation({
    mutationFn: () => api.call(deleteEgg, { params }),
    onSuccess() {
      notifications.show({ message: strings.deleted });
      void queryClient.invalidateQueries({ queryKey: eggsKey, exact: true });
      navigate('/new');
    },
    onError: (error) => showFailure(error, strings.notDeleted),
  });
  return (
    <Group gap="sm" aria-label={strings.manage} role="group">
      <Button
        variant="default"
        size="compact-sm"
        leftSection={<IconDownload size={14} />}
        loading={exporting.isPending}
        onClick={() => exporting.mutate()}
      >
        {strings.exportIt}
      </Button>
      <Button
        variant="default"
        size="compact-sm"
        leftSection={<IconRefresh size={14} />}
        loading={checking.isPending}
        onClick={() => checking.mutate(false)}
      >
        {strings.check}
      </Button>
      <Button
        variant="default"
        size="compact-sm"
        leftSection={<IconTrash size={14} />}
        onClick={() => setAsking(true)}
      >
        {strings.deleteIt}
      </Button>
      <Confirm
        opened={isAsking}
        onClose={() => setAsking(false)}
        onConfirm={() => removing.mutate()}
        isBusy={removing.isPending}
        title={strings.deleteTitle(entry.name)}
        action={strings.deleteAction}
      >
        {strings.deleteText}
      </Confirm>
    </Group>
  );
}
