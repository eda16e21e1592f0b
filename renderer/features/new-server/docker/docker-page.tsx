import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import type { DescribedServer } from '../../../../shared/http/eggs.ts';
import type { ImageView } from '../../../../shared/http/images.ts';
import { ServerForm } from '../server-form.tsx';
import { Asking } from './asking.tsx';
import { FetchImage } from './fetch-image.tsx';
import { recipeOfDescribed, recipeOfImage } from './image-start.ts';
import { strings } from './strings.ts';
import { Told } from './told.tsx';

/** What was made of a text. `described` null: it was an image's name. */
export interface Understood {
  image: string;
  described: DescribedServer | null;
  /** Null: it isn't on the machine. */
  facts: ImageView | null;
  notes: readonly string[];
  refused: readonly string[];
}

/** `/new/docker`: an image's name, a line or a file becomes a form. */
export function DockerPage() {
  const [understood, setUnderstood] = useState<Understood | null>(null);
  const [isFetching, setFetching] = useState(false);
  const start = (found: Understood): void => {
    setUnderstood(found);
    // Whoever gives a name alone has said nothing of its ports and folders: only the image itself does.
    setFetching(found.described === null && found.facts === null);
  };
  if (understood === null)
    return (
      <>
        <Stack gap={4} maw={720}>
          <Title order={1}>{strings.title}</Title>
          <Text className="quiet">{strings.intro}</Text>
        </Stack>
        <Asking onUnderstood={start} />
      </>
    );
  return (
    <>
      <Title order={1}>{strings.title}</Title>
      {isFetching ? (
        <FetchImage
          image={understood.image}
          onRead={({ image: facts, note }) => {
            setUnderstood({
              ...understood,
              facts,
              notes: [...understood.notes, ...(note === null ? [] : [note])],
            });
            setFetching(false);
          }}
          onWithout={() => setFetching(false)}
          onLeave={() => setUnderstood(null)}
        />
      ) : (
        <Filled
          understood={understood}
          onFetch={() => setFetching(true)}
          onLeave={() => setUnderstood(null)}
        />
      )}
    </>
  );
}

interface FilledProps {
  understood: Understood;
  onFetch: () => void;
  onLeave: () => void;
}

function Filled({ understood, onFetch, onLeave }: FilledProps) {
  const { image, described, facts } = understood;
  // A form that has read the image is another one.
  const [recipe] = useState(() =>
    described === null ? recipeOfImage(image, facts) : recipeOfDescribed(described, facts),
  );
  return (
    <>
      <Told understood={understood} />
      <Group gap="sm">
        {image !== '' && facts === null && (
          <Button size="compact-sm" onClick={onFetch}>
            {strings.fetch}
          </Button>
        )}
        <Button variant="default" size="compact-sm" onClick={onLeave}>
          {strings.another}
        </Button>
      </Group>
      {image !== '' && <ServerForm recipe={recipe} />}
    </>
  );
}
