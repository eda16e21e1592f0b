import { NumberInput, Progress } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { getVolumeQuota, resizeVolume } from '../../../../shared/http/volumes.ts';
import { api, queryClient } from '../../../link/api.ts';
import { FormSection } from '../../../ui/form-section.tsx';
import { bytes } from '../../../ui/format.ts';
import { isWithin, mistakesOf } from '../../../ui/mistakes.ts';
import { usePermission } from '../../../ui/use-permission.ts';
import { strings } from './strings.ts';

const mebibyte = 1024 * 1024;
/** In MiB. */
const maxSize = 1024 * 1024 * 1024;

/** How much room the server's files have. Nothing is shown where the token may not see files. */
export function SizeSection({ volume }: { volume: string }) {
  const key = ['quota', volume];
  const quota = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => api.call(getVolumeQuota, { params: { id: volume }, signal }),
  });
  const [edited, setEdited] = useState<number | '' | null>(null);
  const resize = useMutation({
    mutationFn: (size: number) => api.call(resizeVolume, { params: { id: volume }, body: { size } }),
    async onSuccess() {
      notifications.show({ message: strings.savedLive });
      await queryClient.invalidateQueries({ queryKey: key });
      setEdited(null);
    },
  });
  const { may, isBound } = usePermission();
  if (!quota.data) return null;
  const { size_mb, used_mb, percentage_used } = quota.data;
  const size = edited ?? size_mb;
  const mayResize = may('files.write') && !isBound;
  const local = { size: isWithin(size, 1, maxSize) ? null : strings.badSize };
  const { at, rest } = mistakesOf(resize.error, ['size'], local);
  return (
    <FormSection
      title={strings.files}
      onSave={mayResize ? () => resize.mutate(Number(size)) : null}
      isChanged={size !== size_mb}
      isWrong={local.size !== null}
      isBusy={resize.isPending}
      error={rest}
    >
      <Progress value={percentage_used} aria-label={strings.files} />
      <NumberInput
        label={strings.size}
        description={strings.sizeHelp(bytes(used_mb * mebibyte), bytes(size_mb * mebibyte))}
        value={size}
        onChange={(value) => {
          resize.reset();
          setEdited(typeof value === 'number' ? value : '');
        }}
        error={at('size')}
        readOnly={!mayResize}
        allowNegative={false}
        allowDecimal={false}
        step={1024}
        maw={320}
      />
    </FormSection>
  );
}
