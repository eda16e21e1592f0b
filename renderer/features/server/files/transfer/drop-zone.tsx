import { Stack } from '@mantine/core';
import { type DragEvent, type ReactNode, type RefObject, useState } from 'react';
import { droppedFiles } from './dropped-files.ts';
import type { Picked } from './picked.ts';

interface DropZoneProps {
  /** Gets the element itself. */
  area: RefObject<HTMLDivElement | null>;
  /** What it is called for those who don't see it. */
  label: string;
  onUpload: (pick: () => Promise<Picked>) => void;
  children: ReactNode;
}

/** A part of the page that files and folders can be dropped onto; it shows when something is held over it. */
export function DropZone({ area, label, onUpload, children }: DropZoneProps) {
  const [isOver, setOver] = useState(false);
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    // At once: after the event its items are empty.
    const dropped = droppedFiles(event.dataTransfer.items);
    onUpload(() => dropped);
  };
  return (
    <Stack
      ref={area}
      component="section"
      className="surface drop-zone"
      p="md"
      gap="sm"
      aria-label={label}
      data-over={isOver || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      {children}
    </Stack>
  );
}
