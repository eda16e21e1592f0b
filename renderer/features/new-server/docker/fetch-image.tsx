import { Alert, Button, Group, Loader, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { z } from 'zod';
import { errorText } from '../../../../shared/error-text.ts';
import { pulledImageSchema, pullImageRoute } from '../../../../shared/http/images.ts';
import { hostText } from '../../../../shared/texts/host-text.ts';
import { api } from '../../../link/api.ts';
import { EngineWords, sentenceOf } from '../../../ui/engine-words.tsx';
import { UnderWay } from '../../../ui/under-way.tsx';
import { useOperation } from '../../../ui/use-operation.ts';
import { strings } from './strings.ts';

interface FetchImageProps {
  image: string;
  onRead: (pulled: z.infer<typeof pulledImageSchema>) => void;
  /** The form is wanted all the same. */
  onWithout: () => void;
  onLeave: () => void;
}

/** Brings an image to the machine and reads it, with its progress; where that fails, why, and what can be done. */
export function FetchImage({ image, onRead, onWithout, onLeave }: FetchImageProps) {
  const pulling = useMutation({ mutationFn: () => api.call(pullImageRoute, { body: { image } }) });
  const operation = useOperation(pulling.data?.id ?? null);
  const begin = useRef(pulling.mutate);
  useEffect(() => begin.current(), []);
  const read = useRef(onRead);
  read.current = onRead;
  const result = operation?.state === 'done' ? operation.result : null;
  useEffect(() => {
    const pulled = pulledImageSchema.safeParse(result);
    if (pulled.success) read.current(pulled.data);
  }, [result]);
  const problem =
    pulling.error !== null
      ? errorText(pulling.error)
      : operation?.state === 'failed'
        ? (operation.error ?? strings.notFetched)
        : operation?.state === 'cancelled'
          ? strings.cancelled
          : null;
  if (problem === null)
    return (
      <Stack gap="md" maw={720}>
        {operation?.state === 'running' ? (
          <UnderWay operation={operation} />
        ) : (
          <Group gap="sm">
            <Loader size="xs" aria-hidden="true" />
            <Text size="sm" role="status">
              {strings.fetching(image)}
            </Text>
          </Group>
        )}
        <Text size="sm" className="quiet">
          {strings.fetchHelp}
        </Text>
      </Stack>
    );
  return (
    <Stack gap="md" maw={720}>
      <Alert color="red" role="alert" title={strings.notFetched}>
        {hostText(sentenceOf(problem))}
        <EngineWords text={problem} />
      </Alert>
      <Group gap="sm">
        <Button onClick={() => pulling.mutate()} loading={pulling.isPending}>
          {strings.again}
        </Button>
        <Button variant="default" onClick={onWithout}>
          {strings.without}
        </Button>
        <Button variant="default" onClick={onLeave}>
          {strings.another}
        </Button>
      </Group>
    </Stack>
  );
}
