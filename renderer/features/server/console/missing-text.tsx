import { Button, Group, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { bytes } from '../../../ui/format.ts';
import { showFailure } from '../../../ui/show-failure.ts';
import { useServer } from '../server-context.ts';
import { strings } from './strings.ts';
import type { TerminalView } from './terminal-view.ts';

/** Text that this page could not be given in time: how much, and a way to have it after all. */
export function MissingText({ view }: { view: TerminalView }) {
  const server = useServer();
  const [holes, setHoles] = useState(server.console.holes);
  const [isFilling, setFilling] = useState(false);
  useEffect(() => {
    const refresh = (): void => setHoles(server.console.holes);
    refresh();
    return server.console.listen({ appended: ({ gap }) => gap > 0 && refresh(), rebuilt: refresh });
  }, [server]);
  if (holes.length === 0) return null;
  const fill = async (): Promise<void> => {
    // The one that is nearest to what is read.
    const distance = ({ to }: { to: number }): number => Math.abs(to - view.topOffset);
    const [nearest] = [...holes].sort((a, b) => distance(a) - distance(b));
    if (!nearest) return;
    setFilling(true);
    try {
      await server.history.fill(nearest);
    } catch (error) {
      showFailure(error, strings.cantLoad);
    } finally {
      setFilling(false);
    }
  };
  return (
    <Group gap="sm" px="sm" py={4} role="status">
      <Text size="xs">{strings.missing(bytes(holes.reduce((sum, { from, to }) => sum + to - from, 0)))}</Text>
      <Button size="compact-xs" variant="default" loading={isFilling} onClick={() => void fill()}>
        {strings.load}
      </Button>
    </Group>
  );
}
