import { Button } from '@mantine/core';
import { IconUpload } from '@tabler/icons-react';
import { useRef } from 'react';
import { strings } from '../strings.ts';
import { pickedFiles } from './dropped-files.ts';
import type { Picked } from './picked.ts';

/** Files or a folder, chosen in the system's dialog. */
export function UploadButtons({ onUpload }: { onUpload: (picked: () => Picked) => void }) {
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const take = (input: HTMLInputElement): void => {
    // Emptying the field, so that the same files can be chosen again, empties its list as well.
    const chosen = [...(input.files ?? [])];
    input.value = '';
    if (chosen.length > 0) onUpload(() => pickedFiles(chosen));
  };
  return (
    <>
      <input
        ref={files}
        type="file"
        multiple
        hidden
        aria-label={strings.upload}
        onChange={(event) => take(event.currentTarget)}
      />
      <input
        ref={folder}
        type="file"
        hidden
        aria-label={strings.uploadFolder}
        {...{ webkitdirectory: '' }}
        onChange={(event) => take(event.currentTarget)}
      />
      <Button size="compact-md" leftSection={<IconUpload size={16} />} onClick={() => files.current?.click()}>
        {strings.upload}
      </Button>
      <Button variant="default" size="compact-md" onClick={() => folder.current?.click()}>
        {strings.uploadFolder}
      </Button>
    </>
  );
}
