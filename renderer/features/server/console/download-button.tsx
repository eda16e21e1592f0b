import { Text } from '@mantine/core';
import { IconDownload, IconX } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { bytes } from '../../../ui/format.ts';
import { IconAction } from '../../../ui/icon-action.tsx';
import { saveBlob } from '../../../ui/save-blob.ts';
import { showFailure } from '../../../ui/show-failure.ts';
import { collectLog } from './download-log.ts';
import { strings } from './strings.ts';

/** Downloads all of the console; while it does, it says how far it is and can be cancelled. */
export function DownloadButton({ server }: { server: string }) {
  const [done, setDone] = useState<number | null>(null);
  const controller = useRef<AbortController | null>(null);
  useEffect(() => () => controller.current?.abort(), []);
  const start = async (): Promise<void> => {
    const own = new AbortController();
    controller.current = own;
    setDone(0);
    try {
      const log = await collectLog({ server, signal: own.signal, onProgress: setDone });
      saveBlob(log, `${server}.log`);
    } catch (error) {
      if (!own.signal.aborted) showFailure(error, strings.downloadFailed);
    }
    if (!own.signal.aborted || controller.current === own) setDone(null);
  };
  const isBusy = done !== null;
  const label = isBusy ? strings.cancel : strings.download;
  return (
    <>
      {isBusy && (
        <Text size="xs" className="quiet figures" role="status">
          {bytes(done)}
        </Text>
      )}
      <IconAction label={label} onClick={() => (isBusy ? controller.current?.abort() : void start())}>
        {isBusy ? <IconX size={16} /> : <IconDownload size={16} />}
      </IconAction>
    </>
  );
}
