import { Button, Group, Loader, Progress, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { cancelOperation } from '../../shared/http/operations.ts';
import type { Operation } from '../../shared/model/operation.ts';
import { api } from '../link/api.ts';
import { bytes } from './format.ts';
import { showFailure } from './show-failure.ts';

const strings = {
  cancel: 'Cancel',
  cancelling: 'It ends as soon as nothing is left half done.',
  of: (done: string, total: string) => `${done} of ${total}`,
};

/** An operation that is under way: how far it is, and the way to cancel it. `unit`: what its figures count, to be shown; null: its text says it. */
export function UnderWay({
  operation: { id, title, progress },
  unit = 'bytes',
}: {
  operation: Operation;
  unit?: 'bytes' | null;
}) {
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

function textOf({ text, current, total }: NonNullable<Operation['progress']>, unit: 'bytes' | null): string {
  if (current === 0 || unit === null) return text;
  return `${text}: ${total === null ? bytes(current) : strings.of(bytes(current), bytes(total))}`;
}
