import { Group, Progress, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getVolumeQuota } from '../../../../../shared/http/volumes.ts';
import { api } from '../../../../link/api.ts';
import { bytes } from '../../../../ui/format.ts';
import { strings } from '../strings.ts';

const mebibyte = 1024 * 1024;

/** In percent; with more in use games begin to fail at saving (S11). */
const mostUsed = 95;

/** How much of a volume is used. */
export function Fullness({ volume }: { volume: string }) {
  const quota = useQuery({
    queryKey: ['quota', volume],
    queryFn: ({ signal }) => api.call(getVolumeQuota, { params: { id: volume }, signal }),
  });
  if (!quota.data) return null;
  const { used_mb, size_mb, percentage_used } = quota.data;
  const text = strings.full(bytes(used_mb * mebibyte), bytes(size_mb * mebibyte));
  return (
    <Group gap="xs" wrap="nowrap">
      <Progress
        value={percentage_used}
        w={80}
        aria-label={text}
        {...(percentage_used > mostUsed ? { color: 'var(--state-busy)' } : {})}
      />
      <Text size="sm" className="quiet figures">
        {text}
      </Text>
    </Group>
  );
}
