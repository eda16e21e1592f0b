import { Confirm } from '../../../../ui/confirm.tsx';
import { strings } from '../strings.ts';

const shown = 5;

interface DeleteDialogProps {
  opened: boolean;
  names: readonly string[];
  onClose: () => void;
  onConfirm: () => void;
}

/** Names what is lost before it is. */
export function DeleteDialog({ opened, names, onClose, onConfirm }: DeleteDialogProps) {
  const some = names.slice(0, shown).join(', ');
  const rest = names.length - shown;
  return (
    <Confirm
      opened={opened}
      onClose={onClose}
      onConfirm={() => {
        onConfirm();
        onClose();
      }}
      title={strings.deleteTitle(names.length)}
      action={strings.delete}
    >
      {strings.deleteText(rest > 0 ? `${some} ${strings.more(rest)}` : some)}
    </Confirm>
  );
}
