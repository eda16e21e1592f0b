import { Button, Group, Stack, Text } from '@mantine/core';
import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Confirm } from './confirm.tsx';
import { showFailure } from './show-failure.ts';

/** One record as it is shown. */
export interface RecordRow {
  id: string;
  title: string;
  detail: string;
  /** What its button is called for those who don't see the row. */
  endLabel: string;
  /** What is asked before it is ended. */
  question: string;
}

interface RecordTableProps {
  rows: readonly RecordRow[];
  /** The verb on each row's button and in the question. */
  action: string;
  /** The question's heading. */
  title: string;
  end: (id: string) => Promise<unknown>;
  /** What is asked anew when one was ended, or could not be. */
  queryKey: QueryKey;
}

/** Records that can be ended one by one, each after a question: tokens, sessions. */
export function RecordTable({ rows, action, title, end, queryKey }: RecordTableProps) {
  const client = useQueryClient();
  const [ending, setEnding] = useState<RecordRow | null>(null);
  const ended = useMutation({
    mutationFn: end,
    onError: (error) => showFailure(error),
    onSettled: () => {
      setEnding(null);
      return client.invalidateQueries({ queryKey });
    },
  });
  return (
    <>
      {rows.map((row) => (
        <Group key={row.id} justify="space-between" wrap="nowrap">
          <Stack gap={0} miw={0}>
            <Text size="sm" fw={600}>
              {row.title}
            </Text>
            <Text size="sm" className="quiet figures">
              {row.detail}
            </Text>
          </Stack>
          <Button
            size="xs"
            variant="default"
            style={{ flexShrink: 0 }}
            aria-label={row.endLabel}
            onClick={() => setEnding(row)}
          >
            {action}
          </Button>
        </Group>
      ))}
      <Confirm
        opened={ending !== null}
        onClose={() => setEnding(null)}
        onConfirm={() => ending && ended.mutate(ending.id)}
        title={title}
        action={action}
        isBusy={ended.isPending}
      >
        {ending?.question}
      </Confirm>
    </>
  );
}
