import { Overlay, Stack, Text } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { strings } from './strings.ts';

/** Takes files that are dropped anywhere on the window, as long as it is there, and says so while they are above it. */
export function DropZone({ onFiles }: { onFiles: (files: File[]) => void }) {
  const [isOver, setOver] = useState(false);
  const latest = useRef(onFiles);
  latest.current = onFiles;
  useEffect(() => {
    const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') === true;
    const onOver = (event: DragEvent): void => {
      if (!hasFiles(event)) return;
      // Otherwise the window would show the file in place of the page.
      event.preventDefault();
      setOver(true);
    };
    const onLeave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setOver(false);
    };
    const onDrop = (event: DragEvent): void => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setOver(false);
      latest.current([...(event.dataTransfer?.files ?? [])]);
    };
    window.addEventListener('dragover', onOver);
    window.addEventListener('dragleave', onLeave);
    window.addEventListener('drop', onDrop);
    return () => {
      window.removeEventListener('dragover', onOver);
      window.removeEventListener('dragleave', onLeave);
      window.removeEventListener('drop', onDrop);
    };
  }, []);
  if (!isOver) return null;
  return (
    <Overlay fixed zIndex={400} backgroundOpacity={0.35} blur={2} style={{ pointerEvents: 'none' }}>
      <Stack h="100%" align="center" justify="center" p="xl">
        <Stack className="surface" p="xl" gap={4} align="center">
          <Text fw={600} size="lg">
            {strings.drop}
          </Text>
          <Text className="quiet">{strings.dropHelp}</Text>
        </Stack>
      </Stack>
    </Overlay>
  );
}
