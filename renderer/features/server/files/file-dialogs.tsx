import type { FileEntry } from '../../../../shared/http/files.ts';
import { ArchiveDialog } from './archive-dialog.tsx';
import { DeleteDialog } from './delete-dialog.tsx';
import { NameDialog, type NameWish } from './name-dialog.tsx';
import { PlaceDialog } from './place-dialog.tsx';
import type { Transfer } from './places.ts';
import type { FileWork } from './use-file-work.ts';

/** Something to be done that the user is asked about first: a name, a place, or whether he means it. */
export type Wish = NameWish | { kind: 'delete' } | { kind: 'archive' } | { kind: Transfer };

interface FileDialogsProps {
  wish: Wish | null;
  volume: string;
  /** The folder. */
  path: string;
  /** Names in the folder. */
  taken: ReadonlySet<string>;
  selected: readonly FileEntry[];
  work: FileWork;
  onTransfer: (wish: { transfer: Transfer; names: readonly string[]; to: string }) => void;
  onClose: () => void;
}

const isNaming = (wish: Wish | null): wish is NameWish =>
  wish?.kind === 'file' || wish?.kind === 'folder' || wish?.kind === 'rename';

export function FileDialogs(props: FileDialogsProps) {
  const { wish, volume, path, taken, selected, work, onTransfer, onClose } = props;
  const names = selected.map(({ name }) => name);
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
        selected={names}
        onClose={onClose}
        onConfirm={work.archive}
      />
      <PlaceDialog
        transfer={wish?.kind === 'move' || wish?.kind === 'copy' ? wish.kind : null}
        volume={volume}
        from={path}
        entries={selected}
        onClose={onClose}
        onConfirm={(transfer, to) => onTransfer({ transfer, names, to })}
      />
    </>
  );
}
