import { Progress } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getVolumeQuota, resizeVolume } from '../../../../shared/http/volumes.ts';
import { api, queryClient } from '../../../link/api.ts';
import { parseAmount, sameAmount, sayAmount } from '../../../ui/amount.ts';
import { AmountField } from '../../../ui/amount-field.tsx';
import { FormSection } from '../../../ui/form-section.tsx';
import { bytes } from '../../../ui/format.ts';
import { mistakesOf } from '../../../ui/mistakes.ts';
import { usePermission } from '../../../ui/use-permission.ts';
import { Clashes } from './clashes.tsx';
import { labelOf, sectionId } from './sections.ts';
import { strings } from './strings.ts';
import { type SectionForm, useDraft } from './use-draft.ts';

const mebibyte = 1024 * 1024;
/** In MiB. */
const maxSize = 1024 * 1024 * 1024;

/** How much room the server's files have. Nothing is shown where the token may not see files. */
export function useSizeSection(server: string, volume: string) {
  const query = {
    queryKey: ['quota', volume],
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      api.call(getVolumeQuota, { params: { id: volume }, signal }),
  };
  const { data: quota } = useQuery(query);
  const savedOf = (size: number) => ({ size: sayAmount(size) });
  const draft = useDraft(server, 'disk', quota ? savedOf(quota.size_mb) : { size: '' }, {
    words: { label: (field) => labelOf('disk', field) },
    same: sameAmount,
    onEdit: () => resize.reset(),
  });
  const size = parseAmount(draft.values.size);
  const resize = useMutation({
    mutationFn: (to: number) => api.call(resizeVolume, { params: { id: volume }, body: { size: to } }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: query.queryKey }),
  });
  const isWrong = size === null || size > maxSize;
  const form: SectionForm = {
    name: 'disk',
    changed: quota ? draft.labels : [],
    clashes: quota ? draft.clashes : [],
    isWrong: quota !== undefined && isWrong,
    isBusy: resize.isPending,
    check: () => !isWrong,
    isOverrun: async () =>
      draft.isOverrunBy(savedOf((await queryClient.fetchQuery({ ...query, staleTime: 0 })).size_mb)),
    async save() {
      if (size !== null) await resize.mutateAsync(size);
      draft.discard();
      return 'now';
    },
    discard: draft.discard,
  };
  const mistakes = mistakesOf(resize.error, ['size'], { size: isWrong ? strings.badSize : null });
  return { form, draft, quota, mistakes };
}

export function SizeSection({ model }: { model: ReturnType<typeof useSizeSection> }) {
  const { may, isBound } = usePermission();
  const { quota, draft, form, mistakes } = model;
  if (!quota) return null;
  const { size_mb, used_mb, percentage_used } = quota;
  return (
    <FormSection id={sectionId('disk')} title={strings.files} onSave={null} error={mistakes.rest}>
      <Clashes clashes={form.clashes} />
      <Progress value={percentage_used} aria-label={strings.files} />
      <AmountField
        label={strings.size}
        description={strings.sizeHelp(bytes(used_mb * mebibyte), bytes(size_mb * mebibyte))}
        value={draft.values.size}
        onChange={(size) => draft.edit({ size })}
        error={mistakes.at('size')}
        readOnly={!may('files.write') || isBound}
      />
    </FormSection>
  );
}
