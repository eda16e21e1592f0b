import { Alert, Button, Group, Stack, Textarea, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { errorText } from '../../../../shared/error-text.ts';
import { describeServer } from '../../../../shared/http/eggs.ts';
import { type ImageView, imageFactsRoute } from '../../../../shared/http/images.ts';
import { hostText } from '../../../../shared/texts/host-text.ts';
import { api } from '../../../link/api.ts';
import type { Understood } from './docker-page.tsx';
import { isImageName } from './image-start.ts';
import { LocalImages } from './local-images.tsx';
import { strings } from './strings.ts';

/** What somebody has: a name, a line, a file, or one of the images that are here. */
export function Asking({ onUnderstood }: { onUnderstood: (understood: Understood) => void }) {
  const [text, setText] = useState('');
  const [service, setService] = useState('');
  const reading = useMutation({
    mutationFn: (chosen: string) => understand(chosen, service),
    onSuccess: onUnderstood,
  });
  const read = (chosen: string): void => {
    if (chosen.trim() !== '' && !reading.isPending) reading.mutate(chosen);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    read(text);
  };
  const isFile = /^\s*services\s*:/m.test(text);
  return (
    <Stack gap="xl">
      <form onSubmit={submit}>
        <Stack gap="md" maw={720}>
          <Textarea
            label={strings.text}
            placeholder={strings.placeholder}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            autosize
            minRows={3}
            maxRows={20}
            className="mono"
            spellCheck={false}
          />
          {isFile && (
            <TextInput
              label={strings.service}
              description={strings.serviceHelp}
              value={service}
              onChange={(event) => setService(event.currentTarget.value)}
              maw={320}
              autoComplete="off"
            />
          )}
          {reading.error && (
            <Alert color="red" role="alert">
              {hostText(errorText(reading.error))}
            </Alert>
          )}
          <Group>
            <Button type="submit" disabled={text.trim() === ''} loading={reading.isPending}>
              {isImageName(text) ? strings.fetch : strings.next}
            </Button>
          </Group>
        </Stack>
      </form>
      <LocalImages search={text.trim()} isBusy={reading.isPending} onPick={read} />
    </Stack>
  );
}

/** What the host makes of a text, with what it knows of the image. */
async function understand(text: string, service: string): Promise<Understood> {
  const factsOf = async (image: string): Promise<ImageView | null> =>
    image === '' ? null : (await api.call(imageFactsRoute, { query: { image } })).image;
  if (isImageName(text)) {
    const image = text.trim();
    return { image, described: null, facts: await factsOf(image), notes: [], refused: [] };
  }
  const { server, notes, refused } = await api.call(describeServer, {
    body: { text, ...(service.trim() === '' ? {} : { service: service.trim() }) },
  });
  return { image: server.image, described: server, facts: await factsOf(server.image), notes, refused };
}
