import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { hostText } from '../../../../../shared/texts/host-text.ts';
import { Confirm } from '../../../../ui/confirm.tsx';
import { useLeaveGuard } from '../../../../ui/leave-guard.ts';
import { usePermission } from '../../../../ui/use-permission.ts';
import { strings } from '../strings.ts';
import { Conflict } from './conflict.tsx';
import type { TextFile } from './text-file.ts';
import { useEditedFile } from './use-edited-file.ts';

interface EditorProps {
  server: string;
  volume: string;
  path: string;
  opened: TextFile;
  onClose: () => void;
}

/** A text in CodeMirror: saved by Ctrl+S, never over somebody else's change without a word, never left unsaved by a slip. */
export function Editor({ server, volume, path, opened, onClose }: EditorProps) {
  const { may, isKnown } = usePermission();
  const mayChange = may('files.write', server);
  const file = useEditedFile({ volume, path, opened, isReadOnly: !mayChange });
  const guard = useLeaveGuard(file.isChanged);
  return (
    <Stack gap="sm">
      {file.theirs && <Conflict theirs={file.theirs} onReplace={() => file.save(true)} onLoad={file.load} />}
      {file.error && (
        <Alert color="red" title={strings.failed} role="alert">
          {hostText(file.error.message)}
        </Alert>
      )}
      <div ref={file.element} className="editor" />
      <Group>
        {mayChange && (
          <Button onClick={() => file.save(false)} disabled={!file.isChanged} loading={file.isSaving}>
            {strings.save}
          </Button>
        )}
        <Button variant="default" onClick={onClose}>
          {strings.close}
        </Button>
        {isKnown && !mayChange && (
          <Text size="sm" className="quiet">
            {strings.readOnlyToken}
          </Text>
        )}
        {file.isChanged && (
          <Text size="sm" className="quiet" role="status">
            {strings.unsaved}
          </Text>
        )}
      </Group>
      <Confirm
        opened={guard.isAsked}
        onClose={guard.stay}
        onConfirm={guard.leave}
        title={strings.leaveTitle}
        action={strings.leave}
      >
        {strings.leaveText}
      </Confirm>
    </Stack>
  );
}
