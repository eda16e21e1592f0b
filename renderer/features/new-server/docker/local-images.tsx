import { Anchor, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { listImages } from '../../../../shared/http/images.ts';
import { api } from '../../../link/api.ts';
import { bytes } from '../../../ui/format.ts';
import { useServerNames } from '../../../ui/server-names.ts';
import { PickGrid } from '../pick-grid.tsx';
import { strings } from './strings.ts';

interface LocalImagesProps {
  /** What is typed: a part of a name. */
  search: string;
  isBusy: boolean;
  onPick: (image: string) => void;
}

/** The images that are on the machine already. Nothing at all where the host can't tell, or there are none like what is typed. */
export function LocalImages({ search, isBusy, onPick }: LocalImagesProps) {
  const query = useQuery({
    queryKey: ['images'],
    queryFn: ({ signal }) => api.call(listImages, { signal }),
    retry: false,
  });
  const servers = new Map(useServerNames().map(({ internal_id, name }) => [internal_id, name]));
  const all = (query.data?.images ?? []).flatMap((image) => image.names.map((name) => ({ ...image, name })));
  const found = all.filter(({ name }) => name.toLowerCase().includes(search.toLowerCase()));
  if (found.length === 0) return null;
  return (
    <Stack component="section" gap="sm" aria-label={strings.here}>
      <Title order={2} size="h4">
        {strings.here}
      </Title>
      <PickGrid items={found} keyOf={({ name }) => name} more={strings.more}>
        {({ name, size, used_by }) => (
          <>
            <Anchor
              component="button"
              type="button"
              ta="left"
              className="card-link wrapped"
              disabled={isBusy}
              onClick={() => onPick(name)}
            >
              <Text component="span" fw={600}>
                {name}
              </Text>
            </Anchor>
            <Text size="sm" className="quiet wrapped">
              {used_by.length === 0
                ? bytes(size)
                : strings.usedBy(bytes(size), used_by.map((id) => servers.get(id) ?? id).join(', '))}
            </Text>
          </>
        )}
      </PickGrid>
    </Stack>
  );
}
