import { useEffect, useRef, useState } from 'react';
import { Link } from 'wouter';
import { sectionAt } from './scroll-spy.ts';
import { type PlaceName, sectionId, sectionPath, settingsSections } from './sections.ts';
import { strings } from './strings.ts';

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
  const element = useRef<HTMLElement>(null);
  // On a narrow window the strip goes along.
  useEffect(() => {
    const link = element.current?.querySelector(`[data-section="${current}"]`);
    if (!(link instanceof HTMLElement)) return;
    element.current?.scrollTo({ left: link.offsetLeft - element.current.clientWidth / 3 });
  }, [current]);
  return (
    <nav ref={element} className="settings-rail" aria-label={strings.sections}>
      {settingsSections
        .filter(({ name }) => shown.includes(name))
        .map(({ name, title }) => (
          <Link
            key={name}
            data-section={name}
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

/** The same with one of its fields, by its label. */
export function showField(section: PlaceName, label: string): void {
  const labels = document.getElementById(sectionId(section))?.querySelectorAll('label') ?? [];
  const found = [...labels].find(({ textContent }) => textContent?.startsWith(label));
  const field = found && document.getElementById(found.htmlFor);
  field?.focus({ preventScroll: true });
  field?.scrollIntoView({ block: 'center' });
}

/** Pixels below the window's top from which on a section is being read: where one that is gone to comes to stand, and a little more. */
function readingLine(section: HTMLElement | null | undefined): number {
  const pixels = (length: string): number => Number.parseFloat(length) || 0;
  const { scrollPaddingTop } = getComputedStyle(document.documentElement);
  return pixels(scrollPaddingTop) + pixels(section ? getComputedStyle(section).scrollMarginTop : '') + 8;
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
      const sections = shown.map((name) => document.getElementById(sectionId(name)));
      const tops = sections.map((section) => section?.getBoundingClientRect().top ?? 0);
      const isAtEnd = scrollTop > 0 && scrollTop + clientHeight >= scrollHeight - 2;
      setCurrent(shown[sectionAt(tops, readingLine(sections[0]), isAtEnd)]);
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
