import { UnstyledButton } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useServer } from '../server-context.ts';
import { type Level, type LevelLine, linesOfLevel } from './line-levels.ts';
import { strings } from './strings.ts';

/** How often they are looked for anew at most, in ms. */
const everyMs = 500;

interface LevelLinesProps {
  level: Exclude<Level, 'all'>;
  /** Shows the line among the others. */
  onGo: (offset: number) => void;
}

/** The newest lines of that level in the text that this page has; each leads to its place. */
export function LevelLines({ level, onGo }: LevelLinesProps) {
  const server = useServer();
  const [lines, setLines] = useState<readonly LevelLine[]>([]);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null;
    const look = (): void => setLines(linesOfLevel(server.console.pieces, level));
    const soon = (): void => {
      timer ??= setTimeout(() => {
        timer = null;
        look();
      }, everyMs);
    };
    look();
    const dispose = server.console.listen({ appended: soon, rebuilt: soon });
    return () => {
      if (timer !== null) clearTimeout(timer);
      dispose();
    };
  }, [server, level]);
  return (
    <section className="plain-console" aria-label={strings.levels[level]}>
      <p className="quiet level-note" role="status">
        {strings.levelNote(lines.length, level)}
      </p>
      {lines.map(({ offset, text, level: own }) => (
        <UnstyledButton key={offset} className={`level-line is-${own}`} onClick={() => onGo(offset)}>
          {text}
        </UnstyledButton>
      ))}
    </section>
  );
}
