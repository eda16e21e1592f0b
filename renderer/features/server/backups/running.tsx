import { Alert } from '@mantine/core';
import { useState } from 'react';
import { z } from 'zod';
import type { Operation } from '../../../../shared/model/operation.ts';
import { hostText } from '../../../../shared/texts/host-text.ts';
import { UnderWay } from '../../../ui/under-way.tsx';
import { copyStrings } from './copy-strings.ts';
import { strings } from './strings.ts';
import { useBackupOperations } from './use-backups.ts';

/** What is under way with the backups of a server, and what came of it where nothing else shows it: failures, and checks of copies. */
export function Running({ server }: { server: string }) {
  const [seen, setSeen] = useState<readonly string[]>([]);
  const operations = useBackupOperations(server);
  return operations.map((operation) => {
    if (operation.state === 'running') return <UnderWay key={operation.id} operation={operation} />;
    const told = toldOf(operation);
    if (told === null || seen.includes(operation.id)) return null;
    return (
      <Alert
        key={operation.id}
        {...told.look}
        title={told.title}
        withCloseButton
        closeButtonLabel={strings.dismiss}
        onClose={() => setSeen([...seen, operation.id])}
      >
        {told.text}
      </Alert>
    );
  });
}

const checkResult = z.object({ mended: z.number().default(0) });

/** What there is to tell of one that is over; null: all that came of it shows elsewhere. */
function toldOf({ kind, state, title, error, result }: Operation) {
  if (state === 'failed')
    return {
      look: { role: 'alert', color: 'red' },
      title: strings.failed(hostText(title)),
      text: hostText(error ?? ''),
    };
  if (state !== 'done' || kind !== 'check copy') return null;
  const { mended } = checkResult.parse(result ?? {});
  return {
    look: { role: 'status', color: mended > 0 ? 'yellow' : 'green' },
    title: hostText(title),
    text: mended > 0 ? copyStrings.mended(mended) : copyStrings.checked,
  };
}
