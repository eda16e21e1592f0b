import { Alert, Anchor, Button, Group, List, Select, Stack, Text, TextInput, Title } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { useDeferredValue, useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { z } from 'zod';
import { errorText } from '../../../../shared/error-text.ts';
import {
  type CommunityEggEntry,
  type CommunityRepository,
  readCommunityEgg,
  refreshCommunityEggs,
  searchCommunityEggs,
} from '../../../../shared/http/community-eggs.ts';
import { hostText } from '../../../../shared/texts/host-text.ts';
import { api, queryClient } from '../../../link/api.ts';
import { moment } from '../../../ui/format.ts';
import { Loaded } from '../../../ui/loaded.tsx';
import { showFailure } from '../../../ui/show-failure.ts';
import { UnderWay } from '../../../ui/under-way.tsx';
import { useOperation } from '../../../ui/use-operation.ts';
import type { Candidates } from '../eggs/use-candidates.ts';
import { strings } from './strings.ts';

const key = ['community-eggs'];
/** Most that are shown at once; the others are found by typing. */
const maxShown = 60;

/** `/new/community`: the eggs of public repositories: fetched, searched, and one of them looked at as one that was dropped here. */
export function CommunityPage({ candidates }: { candidates: Pick<Candidates, 'addText' | 'clear'> }) {
  const [text, setText] = useState('');
  const [repository, setRepository] = useState<string | null>(null);
  const search = useDeferredValue(text.trim());
  const query = useQuery({
    queryKey: [...key, search, repository],
    queryFn: ({ signal }) =>
      api.call(searchCommunityEggs, {
        query: { search, limit: maxShown, ...(repository === null ? {} : { repository }) },
        signal,
      }),
    placeholderData: keepPreviousData,
  });
  return (
    <Stack gap="lg" maw={860}>
      <Stack gap={4}>
        <Title order={1}>{strings.title}</Title>
        <Text className="quiet">{strings.intro}</Text>
      </Stack>
      <Loaded query={query} what={strings.seeing}>
        {({ repositories, total, eggs }) => (
          <>
            <Fetching repositories={repositories} />
            {repositories.some(({ eggs: count }) => count > 0) && (
              <Group gap="sm" align="flex-end">
                <TextInput
                  type="search"
                  label={strings.search}
                  leftSection={<IconSearch size={16} />}
                  value={text}
                  maxLength={200}
                  onChange={(event) => setText(event.currentTarget.value)}
                  style={{ flex: '1 1 260px' }}
                />
                <Select
                  label={strings.where}
                  placeholder={strings.everywhere}
                  data={repositories.map(({ id, title }) => ({ value: id, label: hostText(title) }))}
                  value={repository}
                  onChange={setRepository}
                  clearable
                />
              </Group>
            )}
            <Found
              total={total}
              eggs={eggs}
              search={search}
              repositories={repositories}
              candidates={candidates}
            />
          </>
        )}
      </Loaded>
    </Stack>
  );
}

const refreshed = z.object({ failed: z.array(z.string()) });

/** What was fetched when, and the way to fetch it. */
function Fetching({ repositories }: { repositories: readonly CommunityRepository[] }) {
  const [operation, setOperation] = useState<string | null>(null);
  const fetching = useMutation({
    mutationFn: () =>
      api.call(refreshCommunityEggs, { body: { repositories: repositories.map(({ id }) => id) } }),
    onSuccess: ({ id }) => setOperation(id),
  });
  const under = useOperation(operation);
  const state = under?.state ?? null;
  useEffect(() => {
    if (state !== null && state !== 'running') void queryClient.invalidateQueries({ queryKey: key });
  }, [state]);
  if (under?.state === 'running') return <UnderWay operation={under} unit={null} />;
  const times = repositories.flatMap(({ fetched_at }) => fetched_at ?? []);
  const count = repositories.reduce((sum, { eggs }) => sum + eggs, 0);
  const result = refreshed.safeParse(under?.result);
  const problems = result.success ? result.data.failed : [];
  return (
    <Stack gap="sm">
      {fetching.error && (
        <Alert color="red" role="alert" title={strings.failed}>
          {hostText(errorText(fetching.error))}
        </Alert>
      )}
      {under?.state === 'failed' && (
        <Alert color="red" role="alert" title={strings.failed}>
          {hostText(under.error ?? '')}
        </Alert>
      )}
      {problems.length > 0 && (
        <Alert color="orange" role="alert" title={strings.notAll}>
          <List size="sm" className="wrapped">
            {problems.map((problem) => (
              <List.Item key={problem}>{hostText(problem)}</List.Item>
            ))}
          </List>
        </Alert>
      )}
      <Text size="sm" className="quiet">
        {times.length === 0
          ? strings.notFetched
          : [strings.eggs(count), strings.fetched(moment(Math.max(...times)))].join(', ')}
      </Text>
      <details>
        <summary>{strings.homes(repositories.length)}</summary>
        <List size="sm" className="wrapped" mt="xs">
          {repositories.map(({ id, title, home, licence, eggs, fetched_at }) => (
            <List.Item key={id}>
              <Anchor href={home} target="_blank" rel="noreferrer">
                {hostText(title)}
              </Anchor>{' '}
              ({licence}; {fetched_at === null ? strings.never : strings.eggs(eggs)})
            </List.Item>
          ))}
        </List>
      </details>
      <Group>
        <Button
          variant={times.length === 0 ? 'filled' : 'default'}
          loading={fetching.isPending}
          onClick={() => fetching.mutate()}
        >
          {times.length === 0 ? strings.fetch : strings.fetchAgain}
        </Button>
      </Group>
    </Stack>
  );
}

interface FoundProps {
  total: number;
  eggs: readonly CommunityEggEntry[];
  search: string;
  repositories: readonly CommunityRepository[];
  candidates: Pick<Candidates, 'addText' | 'clear'>;
}

function Found({ total, eggs, search, repositories, candidates }: FoundProps) {
  const [, navigate] = useLocation();
  const looking = useMutation({
    mutationFn: ({ repository, id }: CommunityEggEntry) =>
      api.call(readCommunityEgg, { params: { repository, egg: id } }),
    onSuccess({ text }, { repository, path }) {
      const home = repositories.find(({ id }) => id === repository)?.home ?? repository;
      candidates.clear();
      candidates.addText(text, `${home}: ${path}`);
      navigate('/new/import');
    },
    onError: (error) => showFailure(error, strings.notRead),
  });
  if (total === 0) return search === '' ? null : <Text className="quiet">{strings.nothing(search)}</Text>;
  return (
    <Stack component="section" gap="sm" aria-label={strings.title}>
      <Text size="sm" className="quiet" role="status">
        {strings.found(total)}
      </Text>
      <ul className="card-grid plain-list">
        {eggs.map((egg) => (
          <li key={`${egg.repository} ${egg.id}`}>
            <Stack className="surface pick" p="md" gap={4} pos="relative" h="100%">
              <Anchor
                component="button"
                type="button"
                ta="left"
                className="card-link wrapped"
                disabled={looking.isPending}
                aria-label={strings.look(egg.name)}
                onClick={() => looking.mutate(egg)}
              >
                <Text component="span" fw={600}>
                  {egg.name}
                </Text>
              </Anchor>
              <Text size="sm" lineClamp={2} className="wrapped">
                {egg.description}
              </Text>
              <Text size="sm" className="quiet wrapped">
                {[egg.author === '' ? '' : strings.by(egg.author), egg.licence, egg.image]
                  .filter((part) => part !== '')
                  .join(' · ')}
              </Text>
            </Stack>
          </li>
        ))}
      </ul>
      {total > eggs.length && (
        <Text size="sm" className="quiet">
          {strings.more(total - eggs.length)}
        </Text>
      )}
    </Stack>
  );
}
