import { Alert, Group, Switch, Text } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { hostText } from '../../../../../shared/texts/host-text.ts';
import { bytes } from '../../../../ui/format.ts';
import { strings } from '../strings.ts';
import { partsOf } from './read-part.ts';
import { FileTail, type Tail, tailBytes } from './tail.ts';

/** How often a file that is followed is looked at, in ms. */
const lookEveryMs = 1500;

/** The end of a file, read-only; it goes on with the file while *Follow* is on and the page is looked at. */
export function TailView({ volume, path }: { volume: string; path: string }) {
  const [follows, setFollows] = useState(true);
  const { tail, error } = useTail(volume, path, follows);
  const box = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: with each new text
  useEffect(() => {
    if (follows && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [tail, follows]);
  return (
    <>
      <Group justify="space-between">
        <Text size="sm" className="quiet" role="status">
          {tail && (tail.start === 0 ? strings.wholeFile : strings.lastOfFile(bytes(tailBytes)))}
          {tail?.beganAnew && ` ${strings.beganAnew}`}
        </Text>
        <Switch
          label={strings.follow}
          checked={follows}
          onChange={(event) => setFollows(event.currentTarget.checked)}
        />
      </Group>
      {error && (
        <Alert color="yellow" title={strings.cantLoad} role="alert">
          {hostText(error.message)}
        </Alert>
      )}
      {tail && !tail.isText ? (
        <Text role="status">{strings.binary}</Text>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <section ref={box} className="file-tail" tabIndex={0} aria-label={strings.endOf(path)}>
          {tail?.text}
        </section>
      )}
    </>
  );
}

function useTail(volume: string, path: string, follows: boolean) {
  const [tail, setTail] = useState<Tail | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const wants = useRef(follows);
  wants.current = follows;
  useEffect(() => {
    const stop = new AbortController();
    const file = new FileTail(partsOf(volume, path, stop.signal));
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOpen = false;
    const look = async (): Promise<void> => {
      try {
        if (!isOpen || (wants.current && !document.hidden)) {
          const found = isOpen ? await file.next() : await file.open();
          isOpen = true;
          if (found !== null) setTail(found);
          setError(null);
        }
      } catch (problem) {
        if (!stop.signal.aborted) setError(problem instanceof Error ? problem : new Error(String(problem)));
      }
      if (!stop.signal.aborted) timer = setTimeout(() => void look(), lookEveryMs);
    };
    void look();
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [volume, path]);
  return { tail, error };
}
