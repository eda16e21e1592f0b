import { Stack, Text, TextInput, Title } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { type EggEntry, listEggs } from '../../../../shared/http/eggs.ts';
import { api } from '../../../link/api.ts';
import { Loaded } from '../../../ui/loaded.tsx';
import { maxPicks, PickGrid } from '../pick-grid.tsx';
import { eggsKey } from './eggs-key.ts';
import { strings } from './strings.ts';

/** The eggs that this host keeps. Nothing at all as long as there are none. */
export function YourEggs({ search }: { search: string }) {
  const query = useQuery({
    queryKey: eggsKey,
    queryFn: ({ signal }) => api.call(listEggs, { signal }),
  });
  return (
    <Loaded query={query} what={strings.seeing}>
      {({ eggs }) => (eggs.length === 0 ? null : <Eggs eggs={eggs} outer={search} />)}
    </Loaded>
  );
}

function Eggs({ eggs, outer }: { eggs: readonly EggEntry[]; outer: string }) {
  const [text, setText] = useState('');
  const words = `${outer} ${text}`.toLowerCase().split(/\s+/);
  const found = eggs.filter(({ name, author }) => {
    const where = `${name} ${author}`.toLowerCase();
    return words.every((word) => where.includes(word));
  });
  if (found.length === 0 && text === '') return null;
  return (
    <Stack component="section" gap="sm" aria-label={strings.yours}>
      <Title order={2} size="h4">
        {strings.yours}
      </Title>
      {eggs.length > maxPicks && (
        <TextInput
          type="search"
          aria-label={strings.searchYours}
          placeholder={strings.searchYours}
          leftSection={<IconSearch size={16} />}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          maw={420}
        />
      )}
      {found.length === 0 && <Text className="quiet">{strings.nothingLike(text)}</Text>}
      <PickGrid items={found} keyOf={({ id }) => id} more={strings.more}>
        {({ id, name, author }) => (
          <>
            <Link href={`/new/egg/${id}`} className="card-link wrapped">
              <Text component="span" fw={600}>
                {name}
              </Text>
            </Link>
            <Text size="sm" className="quiet wrapped">
              {author === '' ? strings.noAuthor : strings.by(author)}
            </Text>
          </>
        )}
      </PickGrid>
    </Stack>
  );
}
