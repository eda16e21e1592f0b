import { notifications } from '@mantine/notifications';
import { type ReactNode, useState } from 'react';
import { ApiError } from '../../../../../client/http-client.ts';
import { copyFiles, listFiles, makeFolder, renameFile } from '../../../../../shared/http/files.ts';
import { hostText } from '../../../../../shared/texts/host-text.ts';
import { api } from '../../../../link/api.ts';
import { showFailure } from '../../../../ui/show-failure.ts';
import type { Transfer } from '../dialogs/places.ts';
import { freeNames, join } from '../paths.ts';
import { strings } from '../strings.ts';
import { AskExisting } from './ask-existing.tsx';
import type { FileWork } from './use-file-work.ts';

interface TransferRequest {
  transfer: Transfer;
  names: readonly string[];
  to: string;
}

/** Names in a folder; none if there is no such folder. */
async function namesIn(volume: string, path: string): Promise<ReadonlySet<string>> {
  try {
    const { files } = await api.call(listFiles, { params: { id: volume }, query: { path } });
    return new Set(files.map(({ name }) => name));
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return new Set();
    throw error;
  }
}

interface Transfers {
  /** Moves or copies entries of the folder, after asking about what is at the other end already. */
  begin: (request: TransferRequest) => void;
  /** The question, to be put on the page. */
  question: ReactNode;
}

/** Moves and copies from the folder `from`. Nothing is ever replaced: the host would not, either. */
export function useTransfer({
  volume,
  from,
  work,
}: {
  volume: string;
  from: string;
  work: FileWork;
}): Transfers {
  const [asked, setAsked] = useState<(TransferRequest & { there: ReadonlySet<string> }) | null>(null);

  const carryOut = ({ transfer, to }: TransferRequest, targets: ReadonlyMap<string, string>): void => {
    if (targets.size === 0) return;
    const params = { id: volume };
    void work.change(strings.transferring[transfer](targets.size), async (signal, onStep) => {
      // A move wants its folder to be there.
      if (to !== '') await api.call(makeFolder, { params, body: { path: to }, signal });
      let done = 0;
      let leftOut = 0;
      for (const [name, target] of targets) {
        onStep(done, targets.size);
        const body = { source: join(from, name), destination: join(to, target) };
        try {
          if (transfer === 'move') await api.call(renameFile, { params, body, signal });
          else leftOut += (await api.call(copyFiles, { params, body, signal })).left_out;
        } catch (error) {
          if (done === 0 || !(error instanceof Error)) throw error;
          throw new Error(strings.partly[transfer](done, targets.size, hostText(error.message)), {
            cause: error,
          });
        }
        done += 1;
      }
      const message = strings.transferred[transfer](done, to === '' ? strings.root : to);
      notifications.show({ message: leftOut === 0 ? message : `${message} ${strings.leftOut(leftOut)}` });
    });
  };

  const begin = async (request: TransferRequest): Promise<void> => {
    try {
      const there = await namesIn(volume, request.to);
      // A copy beside the original can only mean a second one.
      if (request.to === from || !request.names.some((name) => there.has(name)))
        carryOut(request, freeNames(request.names, there));
      else setAsked({ ...request, there });
    } catch (error) {
      showFailure(error, strings.failed);
    }
  };

  const question = (
    <AskExisting
      names={asked?.names.filter((name) => asked.there.has(name)) ?? null}
      isReplacing={false}
      onAnswer={(answer) => {
        setAsked(null);
        if (!asked) return;
        const { names, there } = asked;
        if (answer === 'keep') carryOut(asked, freeNames(names, there));
        if (answer === 'skip')
          carryOut(asked, new Map(names.filter((name) => !there.has(name)).map((name) => [name, name])));
      }}
    />
  );
  return { begin: (request) => void begin(request), question };
}
