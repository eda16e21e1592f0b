import { ActionIcon, Menu, Tabs } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import type { ServerTab } from '../feature.ts';
import { strings } from './strings.ts';

interface TabStripProps {
  tabs: readonly ServerTab[];
  current: ServerTab;
  onChoose: (tab: string) => void;
}

/** The tabs in one row. Where they are wider than the window the row is scrolled to the one that is shown, and a menu has all of them. */
export function TabStrip({ tabs, current, onChoose }: TabStripProps) {
  const strip = useRef<HTMLDivElement>(null);
  const isCut = useIsCut(strip, tabs.length);
  // biome-ignore lint/correctness/useExhaustiveDependencies: also when the row becomes too long for the window
  useEffect(() => {
    const element = strip.current;
    const tab = element?.querySelector('[role="tab"][aria-selected="true"]');
    if (!element || !(tab instanceof HTMLElement)) return;
    element.scrollLeft = tab.offsetLeft - element.offsetLeft - (element.clientWidth - tab.offsetWidth) / 2;
  }, [current.id, isCut]);
  return (
    <div className="tab-strip" data-cut={isCut || undefined}>
      <Tabs.List ref={strip} px={{ base: 'xs', md: 'lg' }}>
        {tabs.map((tab) => (
          <Tabs.Tab key={tab.id} value={tab.id}>
            {tab.label}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {isCut && (
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon variant="subtle" color="gray" size={36} aria-label={strings.allTabs}>
              <IconChevronDown size={18} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {tabs.map(({ id, label, icon: Icon }) => (
              <Menu.Item
                key={id}
                leftSection={<Icon size={16} />}
                aria-current={id === current.id ? 'page' : undefined}
                fw={id === current.id ? 600 : 400}
                onClick={() => onChoose(id)}
              >
                {label}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
    </div>
  );
}

/** Whether the row has more than it shows. */
function useIsCut(strip: React.RefObject<HTMLDivElement | null>, count: number): boolean {
  const [isCut, setCut] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: with other tabs the row has another width
  useEffect(() => {
    const element = strip.current;
    if (!element) return;
    const look = (): void => setCut(element.scrollWidth > element.clientWidth + 1);
    const observer = new ResizeObserver(look);
    observer.observe(element);
    look();
    return () => observer.disconnect();
  }, [count]);
  return isCut;
}
