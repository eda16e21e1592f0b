import type { FileEntry } from '../../../../../shared/http/files.ts';
import type { FileWork } from '../transfer/use-file-work.ts';
import { ArchiveDialog } from './archive-dialog.tsx';
import { DeleteDialog } from './delete-dialog.tsx';
import { NameDialog, type NameRequest } from './name-dialog.tsx';
import { PlaceDialog } from './place-dialog.tsx';
import type { Transfer } from './places.ts';

/** Something to be done that the user is asked about first: a name, a place, or whether he means it. */
export type FileDialogRequest =
  | NameRequest
  /** `names`: other ones than what is selected. */
  | { kind: 'delete'; names?: readonly string[] }
  | { kind: 'archive' }
  | { kind: Transfer };

interface FileDialogsProps {
  request: FileDialogRequest | null;
  volume: string;
  /** The folder. */
  path: string;
  /** Names in the folder. */
  taken: ReadonlySet<string>;
  selected: readonly FileEntry[];
  work: FileWork;
  onTransfer: (request: { transfer: Transfer; names: readonly string[]; to: string }) => void;
  onClose: () => void;
}

const isNaming = (request: FileDialogRequest | null): request is NameRequest =>
  request?.kind === 'file' || request?.kind === 'folder' || request?.kind === 'rename';

export function FileDialogs(props: FileDialogsProps) {
  const { request, volume, path, taken, selected, work, onTransfer, onClose } = props;
  const names = selected.map(({ name }) => name);
  const deleted = request?.kind === 'delete' ? (request.names ?? names) : [];
  return (
    <>
      <NameDialog
        request={isNaming(request) ? request : null}
        taken={taken}
        onClose={onClose}
        onName={(named, name) => work.name(named, name)}
      />
      <DeleteDialog
        opened={request?.kind === 'delete'}
        names={deleted}
        onClose={onClose}
        onConfirm={(permanent) => work.remove(deleted, permanent)}
      />
      <ArchiveDialog
        opened={request?.kind === 'archive'}
        taken={taken}
        selected={names}
        onClose={onClose}
        onConfirm={work.archive}
      />
      <PlaceDialog
        transfer={request?.kind === 'move' || request?.kind === 'copy' ? request.kind : null}
        volume={volume}
        from={path}
        entries={selected}
        onClose={onClose}
        onConfirm={(transfer, to) => onTransfer({ transfer, names, to })}
      />
    </>
  );
}
