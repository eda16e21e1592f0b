import { Stack } from '@mantine/core';
import { type DragEvent, type ReactNode, type RefObject, useState } from 'react';
import { droppedFiles } from './dropped-files.ts';
import type { Picked } from './picked.ts';

interface DropZoneProps {
  /** Gets the element itself. */
  area: RefObject<HTMLDivElement | null>;
  /** What it is called for those who don't see it. */
  label: string;
  /** Null: nothing may be dropped. */
  onUpload: ((pick: () => Promise<Picked>) => void) | null;
  children: ReactNode;
}

/** A part of the page that files and folders can be dropped onto; it shows when something is held over it. */
export function DropZone({ area, label, onUpload, children }: DropZoneProps) {
  const [isOver, setOver] = useState(false);
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    if (onUpload === null) return;
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
        // Also where nothing may be dropped: the browser would open the file in place of the page.
        event.preventDefault();
        setOver(onUpload !== null);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      {children}
    </Stack>
  );
}
