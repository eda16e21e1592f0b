import type { FileEntry } from '../../../../shared/http/files.ts';
import { ArchiveDialog } from './archive-dialog.tsx';
import { DeleteDialog } from './delete-dialog.tsx';
import { NameDialog, type NameWish } from './name-dialog.tsx';
import type { FileWork } from './use-file-work.ts';

/** Something to be done that the user is asked about first: a name, a place, or whether he means it. */
export type Wish = NameWish | { kind: 'delete' } | { kind: 'archive' };

interface FileDialogsProps {
  wish: Wish | null;
  /** Names in the folder. */
  taken: ReadonlySet<string>;
  selected: readonly FileEntry[];
  work: FileWork;
  onClose: () => void;
}

const isNaming = (wish: Wish | null): wish is NameWish =>
  wish?.kind === 'file' || wish?.kind === 'folder' || wish?.kind === 'rename';

export function FileDialogs({ wish, taken, selected, work, onClose }: FileDialogsProps) {
  const names = selected.map(({ name }) => name);
  const [first] = names;
  const suggestion =
    names.length === 1 && first !== undefined ? first.replace(/(?<=.)\.[^.]+$/, '') : 'archive';
  return (
    <>
      <NameDialog
        wish={isNaming(wish) ? wish : null}
        taken={taken}
        onClose={onClose}
        onName={(named, name) => work.name(named, name)}
      />
      <DeleteDialog
        opened={wish?.kind === 'delete'}
        names={names}
        onClose={onClose}
        onConfirm={() => work.remove(names)}
      />
      <ArchiveDialog
        opened={wish?.kind === 'archive'}
        taken={taken}
        suggestion={suggestion}
        onClose={onClose}
        onConfirm={(output, format) => work.archive({ output, format, names })}
      />
    </>
  );
}
