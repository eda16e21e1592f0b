import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { strings } from './strings.ts';
import type { ShownClash } from './use-draft.ts';

/** Fields of a section that somebody else has changed meanwhile: both values, and the choice. */
export function Clashes({ clashes }: { clashes: readonly ShownClash[] }) {
  return clashes.map(({ label, mine, theirs, keepMine, takeTheirs }) => (
    <Alert key={label} color="yellow" role="alert" title={strings.clash(label)} data-clash>
      <Stack gap="xs">
        <Text size="sm" className="wrapped">
          {strings.clashTheirs} <q>{theirs}</q>
        </Text>
        <Text size="sm" className="wrapped">
          {strings.clashMine} <q>{mine}</q>
        </Text>
        <Group gap="xs">
          <Button
            size="compact-sm"
            variant="default"
            aria-label={strings.keepMineOf(label)}
            onClick={keepMine}
          >
            {strings.keepMine}
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            aria-label={strings.takeTheirsOf(label)}
            onClick={takeTheirs}
          >
            {strings.takeTheirs}
          </Button>
        </Group>
      </Stack>
    </Alert>
  ));
}
