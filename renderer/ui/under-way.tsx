import { Button, Group, Loader, Progress, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { cancelOperation } from '../../shared/http/operations.ts';
import type { Operation } from '../../shared/model/operation.ts';
import { hostText } from '../../shared/texts/host-text.ts';
import { textsOf } from '../../shared/texts/messages.ts';
import { api } from '../link/api.ts';
import { bytes } from './format.ts';
import { showFailure } from './show-failure.ts';
import en from './texts/under-way.en.json';

const t = textsOf('ui/under-way', en);

const strings = {
  cancel: t('cancel'),
  cancelling: t('cancelling'),
  some: (text: string, done: string) => t('some', { text, done }),
  of: (text: string, done: string, total: string) => t('of', { text, done, total }),
};

/** An operation that is under way: how far it is, and the way to cancel it. `unit`: what its figures count, to be shown; null: its text says it. */
export function UnderWay({
  operation: { id, title: told, progress },
  unit = 'bytes',
}: {
  operation: Operation;
  unit?: 'bytes' | null;
}) {
  const title = hostText(told);
  const cancel = useMutation({
    mutationFn: () => api.call(cancelOperation, { params: { id } }),
    onError: (error) => showFailure(error),
  });
  const total = progress?.total ?? null;
  const share =
    progress === null || total === null ? null : total === 0 ? 1 : Math.min(1, progress.current / total);
  return (
    <Stack component="section" className="surface" p="md" gap="sm" aria-label={title}>
      <Group justify="space-between" wrap="nowrap">
        <Group gap="sm" wrap="nowrap" miw={0}>
          <Loader size="xs" aria-hidden="true" />
          <Text size="sm" fw={600} className="ellipsis" role="status">
            {title}
          </Text>
        </Group>
        <Button
          size="compact-sm"
          variant="default"
          style={{ flexShrink: 0 }}
          disabled={cancel.isPending || cancel.isSuccess}
          onClick={() => cancel.mutate()}
        >
          {strings.cancel}
        </Button>
      </Group>
      <Progress value={(share ?? 1) * 100} animated={share === null} aria-label={title} />
      <Text size="sm" className="quiet figures">
        {cancel.isSuccess ? strings.cancelling : progress && textOf(progress, unit)}
      </Text>
    </Stack>
  );
}

function textOf(progress: NonNullable<Operation['progress']>, unit: 'bytes' | null): string {
  const { current, total } = progress;
  const text = hostText(progress.text);
  if (current === 0 || unit === null) return text;
  return total === null ? strings.some(text, bytes(current)) : strings.of(text, bytes(current), bytes(total));
}
