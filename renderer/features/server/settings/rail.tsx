import { useEffect, useState } from 'react';
import { Link } from 'wouter';
import { sectionAt } from './scroll-spy.ts';
import { type PlaceName, sectionId, sectionPath, settingsSections } from './sections.ts';
import { strings } from './strings.ts';

/** Pixels below the window's top from which on a section is being read: under the app's header and the strip of a narrow window. */
const readingLine = 140;

interface RailProps {
  server: string;
  /** The sections that are on the page. */
  shown: readonly PlaceName[];
  /** Those with something unsaved. */
  changed: readonly PlaceName[];
}

/** The sections beside the settings: which one is read, and a way to each. On a narrow window a strip above them. */
export function Rail({ server, shown, changed }: RailProps) {
  const current = useCurrent(shown);
  return (
    <nav className="settings-rail" aria-label={strings.sections}>
      {settingsSections
        .filter(({ name }) => shown.includes(name))
        .map(({ name, title }) => (
          <Link
            key={name}
            href={sectionPath(server, name)}
            replace
            className="rail-link"
            aria-current={name === current ? 'true' : undefined}
            onClick={() => showSection(name)}
          >
            {title}
            {changed.includes(name) && (
              <span role="img" className="rail-mark" aria-label={strings.changedSection} />
            )}
          </Link>
        ))}
    </nav>
  );
}

/** Brings a section into view and moves the keyboard there. */
export function showSection(name: PlaceName): void {
  const element = document.getElementById(sectionId(name));
  element?.scrollIntoView({ block: 'start' });
  element?.focus({ preventScroll: true });
}

function useCurrent(shown: readonly PlaceName[]): PlaceName | undefined {
  const [current, setCurrent] = useState<PlaceName | undefined>(shown[0]);
  const key = shown.join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the names are what matters of the list
  useEffect(() => {
    let frame = 0;
    const look = (): void => {
      frame = 0;
      const { scrollHeight, scrollTop, clientHeight } = document.documentElement;
      const tops = shown.map(
        (name) => document.getElementById(sectionId(name))?.getBoundingClientRect().top ?? 0,
      );
      setCurrent(
        shown[sectionAt(tops, readingLine, scrollTop > 0 && scrollTop + clientHeight >= scrollHeight - 2)],
      );
    };
    const onScroll = (): void => {
      if (frame === 0) frame = requestAnimationFrame(look);
    };
    window.addEventListener('scroll', onScroll, { passive: true });
    look();
    return () => {
      cancelAnimationFrame(frame);
      window.removeEventListener('scroll', onScroll);
    };
  }, [key]);
  return current;
}
