import { NumberInput, Progress } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { getVolumeQuota, resizeVolume } from '../../../../shared/http/volumes.ts';
import { api, queryClient } from '../../../link/api.ts';
import { FormSection } from '../../../ui/form-section.tsx';
import { bytes } from '../../../ui/format.ts';
import { words } from './words.ts';

const mebibyte = 1024 * 1024;

/** How much room the server's files have. Nothing is shown where the token may not see files. */
export function SizeSection({ volume }: { volume: string }) {
  const key = ['quota', volume];
  const quota = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => api.call(getVolumeQuota, { params: { id: volume }, signal }),
  });
  const [edited, setEdited] = useState<number | null>(null);
  const resize = useMutation({
    mutationFn: (size: number) => api.call(resizeVolume, { params: { id: volume }, body: { size } }),
    async onSuccess() {
      notifications.show({ message: words.savedLive });
      await queryClient.invalidateQueries({ queryKey: key });
      setEdited(null);
    },
  });
  if (!quota.data) return null;
  const { size_mb, used_mb, percentage_used } = quota.data;
  const size = edited ?? size_mb;
  return (
    <FormSection
      title={words.files}
      onSave={() => resize.mutate(size)}
      isChanged={size !== size_mb && size > 0}
      isBusy={resize.isPending}
      error={resize.error}
    >
      <Progress value={percentage_used} aria-label={words.files} />
      <NumberInput
        label={words.size}
        description={words.sizeHelp(bytes(used_mb * mebibyte), bytes(size_mb * mebibyte))}
        value={size}
        onChange={(value) => setEdited(typeof value === 'number' ? value : null)}
        allowNegative={false}
        allowDecimal={false}
        step={1024}
        maw={320}
      />
    </FormSection>
  );
}
