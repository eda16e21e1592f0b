import { Alert, List, Stack, Text } from '@mantine/core';
import { hostText } from '../../../../shared/texts/host-text.ts';
import type { Understood } from './docker-page.tsx';
import { wordsOf } from './image-start.ts';
import { strings } from './strings.ts';

/** What was made of a text, and what its image says of itself. */
export function Told({ understood: { image, facts, notes, refused } }: { understood: Understood }) {
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
