import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { desktopApp } from '../../../link/desktop.ts';
import { showFailure } from '../../../ui/show-failure.ts';
import { strings } from './strings.ts';

interface ChooseFolderProps {
  /** Where the server finds it: names the button among others. */
  inside: string;
  onChoose: (folder: string) => void;
}

/** The system's own dialog for a folder, in the desktop app alone. */
export function ChooseFolder({ inside, onChoose }: ChooseFolderProps) {
  const app = desktopApp();
  const choose = useMutation({
    mutationFn: async () => (await app?.chooseFolder()) ?? null,
    onError: (error) => showFailure(error),
  });
  if (!app) return null;
  const ask = (): void =>
    choose.mutate(undefined, {
      onSuccess: (folder) => {
        if (folder !== null) onChoose(folder);
      },
    });
  return (
    <Button
      variant="default"
      mt={24}
      loading={choose.isPending}
      aria-label={strings.chooseFolderFor(inside)}
      onClick={ask}
    >
      {strings.chooseFolder}
    </Button>
  );
}
