import { useEffect, useRef, useState } from 'react';
import { useServer } from '../server-context.ts';
import { type PlainLine, plainLines } from './plain-lines.ts';
import { strings } from './strings.ts';

/** How often it is written anew at most, in ms. */
const everyMs = 250;
/** Pixels from its end within which it stays there. */
const nearEnd = 40;

/** The console's newest lines as text of the page: for screen readers, for braille, for selecting by keyboard. */
export function PlainText() {
  const server = useServer();
  const [lines, setLines] = useState<readonly PlainLine[]>(() => plainLines(server.console.pieces));
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null;
    const soon = (): void => {
      timer ??= setTimeout(() => {
        timer = null;
        const { current } = box;
        const isAtEnd = !current || current.scrollHeight - current.scrollTop - current.clientHeight < nearEnd;
        setLines(plainLines(server.console.pieces));
        if (isAtEnd) requestAnimationFrame(() => current?.scrollTo({ top: current.scrollHeight }));
      }, everyMs);
    };
    soon();
    const dispose = server.console.listen({ appended: soon, rebuilt: soon });
    return () => {
      if (timer !== null) clearTimeout(timer);
      dispose();
    };
  }, [server]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must be able to reach it
    <div ref={box} className="plain-console" role="log" aria-label={strings.terminal} tabIndex={0}>
      {lines.map(({ key, text }) => (
        <div key={key}>{text === '' ? '\u00a0' : text}</div>
      ))}
    </div>
  );
}
