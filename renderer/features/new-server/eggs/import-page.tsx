import { Alert, Button, Group, Loader, Stack, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconX } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation, useSearch } from 'wouter';
import { errorText } from '../../../../shared/error-text.ts';
import { importEgg } from '../../../../shared/http/eggs.ts';
import { hostText } from '../../../../shared/texts/host-text.ts';
import { api, queryClient } from '../../../link/api.ts';
import { eggName } from '../../../ui/game-title.ts';
import { IconAction } from '../../../ui/icon-action.tsx';
import type { Candidate } from './candidates.ts';
import { eggsKey } from './eggs-key.ts';
import { FetchTrouble, ImportWays, useFetchEgg } from './import-ways.tsx';
import { strings } from './strings.ts';
import type { Candidates } from './use-candidates.ts';
import { WhatItDoes } from './what-it-does.tsx';

/** `/new/import`: eggs come in, are read and shown; then they are kept, and one of them becomes a server. */
export function ImportPage({ candidates }: { candidates: Candidates }) {
  const { all, trouble } = candidates;
  const [only, ...others] = all;
  return (
    <>
      <Stack gap={4} maw={720}>
        <Title order={1}>{strings.title}</Title>
        <Text className="quiet">{strings.intro}</Text>
      </Stack>
      <LinkQuestion candidates={candidates} />
      {all.length === 0 && <ImportWays candidates={candidates} />}
      {trouble !== null && <Alert color="orange">{trouble}</Alert>}
      {only && others.length === 0 && <One candidate={only} onLeave={candidates.clear} />}
      {others.length > 0 && <Many candidates={candidates} />}
    </>
  );
}

/** `?url=…` is what a link of the system asked for: anybody can make one. */
function LinkQuestion({ candidates }: { candidates: Candidates }) {
  const [, navigate] = useLocation();
  const url = new URLSearchParams(useSearch()).get('url');
  const done = (): void => navigate('/new/import', { replace: true });
  const fetching = useFetchEgg(candidates, done);
  if (url === null) return null;
  return (
    <Alert color="blue" title={strings.linkTitle} maw={720}>
      <Stack gap="sm">
        <Text size="sm" className="wrapped">
          {strings.linkText(url)}
        </Text>
        <Group gap="sm">
          <Button loading={fetching.isPending} onClick={() => fetching.mutate({ url, isAllowed: false })}>
            {strings.linkYes}
          </Button>
          <Button variant="default" onClick={done}>
            {strings.linkNo}
          </Button>
        </Group>
        <FetchTrouble fetching={fetching} />
      </Stack>
    </Alert>
  );
}

/** Takes candidates into the catalogue, one after the other; the ids that they have there. */
function useKeep() {
  return useMutation({
    mutationFn: async (all: readonly Candidate[]) => {
      const ids: string[] = [];
      for (const { text, source } of all)
        ids.push((await api.call(importEgg, { body: { text, source } })).entry.id);
      return ids;
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: eggsKey }),
  });
}

function One({ candidate, onLeave }: { candidate: Candidate; onLeave: () => void }) {
  const [, navigate] = useLocation();
  const keep = useKeep();
  const { preview, problem, source } = candidate;
  const go = (to: (id: string) => string): void =>
    keep.mutate([candidate], {
      onSuccess([id = '']) {
        onLeave();
        navigate(to(id));
      },
    });
  return (
    <Stack gap="lg" maw={860}>
      {preview === null && problem === null && <Loader aria-label={strings.reading} />}
      {problem !== null && (
        <Alert color="red" role="alert" {...(source === null ? {} : { title: source })}>
          {problem}
        </Alert>
      )}
      {preview && (
        <>
          <EggHead egg={preview.egg} source={source} />
          <WhatItDoes egg={preview.egg} notes={preview.notes} />
        </>
      )}
      {keep.error && (
        <Alert color="red" role="alert">
          {hostText(errorText(keep.error))}
        </Alert>
      )}
      <Group gap="sm">
        {preview && (
          <Button loading={keep.isPending} onClick={() => go((id) => `/new/egg/${id}`)}>
            {strings.use}
          </Button>
        )}
        {preview && (
          <Button variant="default" disabled={keep.isPending} onClick={() => go(() => '/new')}>
            {strings.keep}
          </Button>
        )}
        <Button variant="default" onClick={onLeave}>
          {strings.another}
        </Button>
      </Group>
    </Stack>
  );
}

/** What an egg is called, and whose it is. */
export function EggHead({
  egg,
  source,
}: {
  egg: { name: string; author: string; description: string; icon: string | null };
  source: string | null;
}) {
  return (
    <Group gap="md" wrap="nowrap" align="flex-start">
      {egg.icon !== null && <img src={egg.icon} alt="" className="egg-icon" />}
      <Stack gap={2}>
        <Title order={2}>{eggName(egg.name)}</Title>
        <Text size="sm" className="quiet wrapped">
          {[egg.author === '' ? '' : strings.by(egg.author), source === null ? '' : strings.from(source)]
            .filter((part) => part !== '')
            .join(' · ')}
        </Text>
        <Text className="wrapped">{egg.description}</Text>
      </Stack>
    </Group>
  );
}

function Many({ candidates }: { candidates: Candidates }) {
  const { all, remove, clear } = candidates;
  const [, navigate] = useLocation();
  const [shown, setShown] = useState<number | null>(null);
  const keep = useKeep();
  const good = all.filter(({ preview }) => preview !== null);
  const isReading = all.some(({ preview, problem }) => preview === null && problem === null);
  const keepAll = (): void =>
    keep.mutate(good, {
      onSuccess(ids) {
        notifications.show({ message: strings.kept(new Set(ids).size) });
        clear();
        navigate('/new');
      },
    });
  return (
    <Stack gap="md" maw={860} component="section" aria-label={strings.found}>
      <Title order={2} size="h4">
        {strings.found}
      </Title>
      <ul className="plain-list rows">
        {all.map((one) => (
          <li key={one.key}>
            <Row
              candidate={one}
              isShown={shown === one.key}
              onShow={() => setShown(shown === one.key ? null : one.key)}
              onRemove={() => remove(one.key)}
            />
          </li>
        ))}
      </ul>
      {keep.error && (
        <Alert color="red" role="alert" title={strings.notAll}>
          {hostText(errorText(keep.error))}
        </Alert>
      )}
      <Group gap="sm">
        <Button disabled={good.length === 0 || isReading} loading={keep.isPending} onClick={keepAll}>
          {strings.keepAll(good.length)}
        </Button>
        <Button variant="default" onClick={clear}>
          {strings.another}
        </Button>
      </Group>
      <Text size="sm" className="quiet">
        {strings.keepHelp}
      </Text>
    </Stack>
  );
}

interface RowProps {
  candidate: Candidate;
  isShown: boolean;
  onShow: () => void;
  onRemove: () => void;
}

function Row({ candidate: { preview, problem, source }, isShown, onShow, onRemove }: RowProps) {
  const name = preview ? eggName(preview.egg.name) : (source ?? strings.paste);
  return (
    <Stack gap="sm" py="xs">
      <Group justify="space-between" wrap="nowrap" gap="sm">
        <Stack gap={0} style={{ minWidth: 0 }}>
          <Text fw={600} className="wrapped">
            {name}
          </Text>
          <Text size="sm" className="quiet wrapped" {...(problem === null ? {} : { c: 'var(--state-bad)' })}>
            {problem ?? (preview ? strings.notes(preview.notes.length) : strings.reading)}
          </Text>
        </Stack>
        <Group gap={4} wrap="nowrap">
          {preview && (
            <Button
              variant="subtle"
              size="compact-sm"
              onClick={onShow}
              aria-expanded={isShown}
              aria-label={strings.look(name)}
            >
              {isShown ? strings.fold : strings.show}
            </Button>
          )}
          <IconAction label={strings.remove(name)} onClick={onRemove}>
            <IconX size={16} />
          </IconAction>
        </Group>
      </Group>
      {isShown && preview && <WhatItDoes egg={preview.egg} notes={preview.notes} />}
    </Stack>
  );
}
