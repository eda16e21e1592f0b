import { Alert, Button, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Link } from 'wouter';
import { errorText } from '../../../../shared/error-text.ts';
import {
  type AdoptableFolder,
  type AdoptionWay,
  adoptedFolderSchema,
  adoptFolder,
  adoptionWays,
  findFolders,
} from '../../../../shared/http/adoption.ts';
import type { Operation } from '../../../../shared/model/operation.ts';
import { hostText } from '../../../../shared/texts/host-text.ts';
import { api } from '../../../link/api.ts';
import { Section } from '../../../ui/page.tsx';
import { UnderWay } from '../../../ui/under-way.tsx';
import { useOperation } from '../../../ui/use-operation.ts';
import { strings } from './strings.ts';

/** A folder of the host becomes a volume: looked at, taken in one of three ways, then a game is chosen for it. */
export function AdoptFolder() {
  const [path, setPath] = useState('');
  const allowed = useQuery({
    queryKey: ['host-folders'],
    queryFn: ({ signal }) => api.call(findFolders, { query: {}, signal }),
  });
  const looking = useMutation({ mutationFn: () => api.call(findFolders, { query: { path: path.trim() } }) });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (path.trim() !== '' && !looking.isPending) looking.mutate();
  };
  const folders = allowed.data?.allowed ?? [];
  return (
    <Section title={strings.folders}>
      <Text size="sm" className="quiet">
        {strings.foldersHelp}
      </Text>
      {allowed.data && (
        <Text size="sm" className="wrapped">
          {folders.length === 0 ? strings.noneAllowed : strings.allowed(folders.join(', '))}
        </Text>
      )}
      <form onSubmit={submit}>
        <Group align="flex-end" gap="sm" wrap="nowrap">
          <TextInput
            label={strings.path}
            value={path}
            onChange={(event) => setPath(event.currentTarget.value)}
            className="mono"
            style={{ flex: 1 }}
            autoComplete="off"
            spellCheck={false}
          />
          <Button type="submit" variant="default" loading={looking.isPending}>
            {strings.look}
          </Button>
        </Group>
      </form>
      {looking.error && (
        <Alert color="red" role="alert">
          {hostText(errorText(looking.error))}
        </Alert>
      )}
      {looking.data && <Found folders={looking.data.folders} more={looking.data.more} />}
    </Section>
  );
}

function Found({ folders, more }: { folders: readonly AdoptableFolder[]; more: number }) {
  const [how, setHow] = useState<AdoptionWay>('copy');
  const [operation, setOperation] = useState<string | null>(null);
  const taking = useMutation({
    mutationFn: (path: string) => api.call(adoptFolder, { body: { path, how } }),
    onSuccess: ({ id }) => setOperation(id),
  });
  const under = useOperation(operation);
  return (
    <Stack gap="md">
      <Select
        label={strings.how}
        description={strings.waysHelp[how]}
        data={adoptionWays.map((way) => ({ value: way, label: strings.ways[way] }))}
        value={how}
        onChange={(value) => setHow(wayOf(value))}
        allowDeselect={false}
        maw={420}
      />
      <Text size="sm">{strings.stopFirst}</Text>
      {taking.error && (
        <Alert color="red" role="alert" title={strings.failed}>
          {hostText(errorText(taking.error))}
        </Alert>
      )}
      {under && <Progressing operation={under} />}
      <ul className="plain-list rows">
        {folders.map((folder) => (
          <li key={folder.path}>
            <Row
              folder={folder}
              isBusy={taking.isPending || under?.state === 'running'}
              onTake={() => taking.mutate(folder.path)}
            />
          </li>
        ))}
      </ul>
      {more > 0 && (
        <Text size="sm" className="quiet">
          {strings.more(more)}
        </Text>
      )}
    </Stack>
  );
}

const wayOf = (value: string | null): AdoptionWay => adoptionWays.find((way) => way === value) ?? 'copy';

function Progressing({ operation }: { operation: Operation }) {
  if (operation.state === 'running') return <UnderWay operation={operation} />;
  if (operation.state === 'failed')
    return (
      <Alert color="red" role="alert" title={strings.failed}>
        {hostText(operation.error ?? '')}
      </Alert>
    );
  const done = adoptedFolderSchema.safeParse(operation.result);
  if (!done.success) return null;
  return (
    <Alert color="green" title={strings.taken} role="status">
      <Stack gap="sm">
        <Text size="sm" className="wrapped">
          {hostText(done.data.message)}
        </Text>
        <Group>
          <Button component={Link} href={`/new?files=${done.data.volume_id}`}>
            {strings.choose}
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}

function Row({
  folder: { path, kind, game, contents, problem },
  isBusy,
  onTake,
}: {
  folder: AdoptableFolder;
  isBusy: boolean;
  onTake: () => void;
}) {
  const facts = [
    ...(kind === 'wings' ? [strings.wings] : []),
    game === null ? strings.unknownGame : strings.seems(hostText(game)),
    contents.length === 0 ? strings.empty : contents.join(', '),
  ];
  return (
    <Group justify="space-between" wrap="nowrap" gap="sm" py="xs">
      <Stack gap={0} miw={0}>
        <Text fw={600} className="wrapped mono" size="sm">
          {path}
        </Text>
        <Text size="sm" className="quiet wrapped">
          {facts.join(' · ')}
        </Text>
        {problem !== null && (
          <Text size="sm" c="var(--state-bad)" className="wrapped">
            {hostText(problem)}
          </Text>
        )}
      </Stack>
      <Button
        variant="default"
        size="compact-sm"
        style={{ flexShrink: 0 }}
        disabled={problem !== null || isBusy}
        aria-label={strings.takeOf(path)}
        onClick={onTake}
      >
        {strings.take}
      </Button>
    </Group>
  );
}
