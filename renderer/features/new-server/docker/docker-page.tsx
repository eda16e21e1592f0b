import { Alert, Button, Group, List, Stack, Text, Textarea, TextInput, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { errorText } from '../../../../shared/error-text.ts';
import { describeServer } from '../../../../shared/http/eggs.ts';
import { type ImageView, imageFactsRoute } from '../../../../shared/http/images.ts';
import { api } from '../../../link/api.ts';
import { hostText } from '../../../texts/host-text.ts';
import type { Recipe } from '../recipe.ts';
import { ServerForm } from '../server-form.tsx';
import { isImageName, recipeOfDescribed, recipeOfImage, wordsOf } from './image-start.ts';
import { strings } from './strings.ts';

interface Understood {
  image: string;
  recipe: Recipe;
  facts: ImageView | null;
  notes: readonly string[];
  refused: readonly string[];
}

/** `/new/docker`: an image's name, a line or a file becomes a form. */
export function DockerPage() {
  const [understood, setUnderstood] = useState<Understood | null>(null);
  return (
    <>
      <Stack gap={4} maw={720}>
        <Title order={1}>{strings.title}</Title>
        {understood === null && <Text className="quiet">{strings.intro}</Text>}
      </Stack>
      {understood === null ? (
        <Asking onUnderstood={setUnderstood} />
      ) : (
        <>
          <Told understood={understood} />
          <Group>
            <Button variant="default" size="compact-sm" onClick={() => setUnderstood(null)}>
              {strings.another}
            </Button>
          </Group>
          {understood.image !== '' && <ServerForm recipe={understood.recipe} />}
        </>
      )}
    </>
  );
}

function Asking({ onUnderstood }: { onUnderstood: (understood: Understood) => void }) {
  const [text, setText] = useState('');
  const [service, setService] = useState('');
  const reading = useMutation({ mutationFn: () => understand(text, service), onSuccess: onUnderstood });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (text.trim() !== '' && !reading.isPending) reading.mutate();
  };
  const isFile = /^\s*services\s*:/m.test(text);
  return (
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
            {strings.next}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** What the host makes of a text, with what it knows of the image. */
async function understand(text: string, service: string): Promise<Understood> {
  const factsOf = async (image: string): Promise<ImageView | null> =>
    image === '' ? null : (await api.call(imageFactsRoute, { query: { image } })).image;
  if (isImageName(text)) {
    const image = text.trim();
    const facts = await factsOf(image);
    return { image, recipe: recipeOfImage(image, facts), facts, notes: [], refused: [] };
  }
  const { server, notes, refused } = await api.call(describeServer, {
    body: { text, ...(service.trim() === '' ? {} : { service: service.trim() }) },
  });
  const facts = await factsOf(server.image);
  return { image: server.image, recipe: recipeOfDescribed(server, facts), facts, notes, refused };
}

function Told({ understood: { image, facts, notes, refused } }: { understood: Understood }) {
  return (
    <Stack gap="sm" maw={720}>
      {refused.length > 0 && (
        <Alert color="orange" title={strings.refused} role="alert">
          <Lines all={refused.map(hostText)} />
        </Alert>
      )}
      {notes.length > 0 && (
        <Alert color="blue" title={strings.notes}>
          <Lines all={notes.map(hostText)} />
        </Alert>
      )}
      {image !== '' && facts === null && <Text size="sm">{strings.notHere(image)}</Text>}
      {facts !== null && (
        <Stack gap={4}>
          <Text size="sm" className="wrapped">
            {strings.read(image)}
          </Text>
          <Lines all={wordsOf(facts)} />
        </Stack>
      )}
    </Stack>
  );
}

function Lines({ all }: { all: readonly string[] }) {
  return (
    <List size="sm" className="wrapped">
      {[...new Set(all)].map((line) => (
        <List.Item key={line}>{line}</List.Item>
      ))}
    </List>
  );
}
