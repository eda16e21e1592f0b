import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { pathOf } from '../../../../../client/http-client.ts';
import { readContent } from '../../../../../shared/http/files.ts';
import { api } from '../../../../link/api.ts';
import { bytes } from '../../../../ui/format.ts';
import { Loaded } from '../../../../ui/loaded.tsx';
import { nameOf } from '../paths.ts';
import { strings } from '../strings.ts';

/** Largest picture that is shown, in bytes. */
const maxShown = 32 * 1024 * 1024;

/** A picture of the volume. */
export function PictureView({ volume, path, type }: { volume: string; path: string; type: string }) {
  const query = useQuery({
    queryKey: ['picture', volume, path],
    queryFn: ({ signal }) => pictureOf(volume, path, type, signal),
    gcTime: 0,
    retry: false,
  });
  return (
    <Loaded query={query} what={strings.seePicture}>
      {(blob) =>
        blob === null ? (
          <Text role="status">{strings.pictureTooLarge(bytes(maxShown))}</Text>
        ) : (
          <Picture blob={blob} name={nameOf(path)} />
        )
      }
    </Loaded>
  );
}

function Picture({ blob, name }: { blob: Blob; name: string }) {
  const [isBroken, setBroken] = useState(false);
  const url = useObjectUrl(blob);
  if (isBroken) return <Text role="status">{strings.noPicture}</Text>;
  return url && <img className="file-picture" src={url} alt={name} onError={() => setBroken(true)} />;
}

/** Null: larger than what is shown. */
async function pictureOf(
  volume: string,
  path: string,
  type: string,
  signal: AbortSignal,
): Promise<Blob | null> {
  const reply = await api.fetch(pathOf(readContent.path, { id: volume }, { path }), {
    headers: { range: `bytes=0-${maxShown}` },
    signal,
  });
  const content = await reply.arrayBuffer();
  return content.byteLength > maxShown ? null : new Blob([content], { type });
}

function useObjectUrl(blob: Blob): string | null {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    const made = URL.createObjectURL(blob);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  return url;
}
