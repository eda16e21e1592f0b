import { Button, Code, Group } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { Component, type ReactNode } from 'react';
import { toError } from '../../shared/error-text.ts';
import { textsOf } from '../../shared/texts/messages.ts';
import { copyAndNotify } from './copy.tsx';
import { EmptyState } from './empty-state.tsx';
import en from './texts/page-boundary.en.json';

const t = textsOf('ui/page-boundary', en);

const strings = {
  title: t('title'),
  why: t('why'),
  retry: t('retry'),
  copy: t('copy'),
  what: t('what'),
} as const;

interface PageBoundaryProps {
  /** Another place is another try. */
  place: string;
  children: ReactNode;
}

/** A page that fails (a part that could not be loaded, a mistake of ours) takes nothing else with it. */
export class PageBoundary extends Component<PageBoundaryProps, { error: Error | null }> {
  override state: { error: Error | null } = { error: null };

  static getDerivedStateFromError(thrown: unknown): { error: Error } {
    return { error: toError(thrown) };
  }

  override componentDidUpdate(before: PageBoundaryProps): void {
    if (before.place !== this.props.place && this.state.error) this.setState({ error: null });
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (!error) return this.props.children;
    return (
      <EmptyState isPage icon={<IconAlertTriangle size={40} stroke={1.25} />} title={strings.title}>
        <p className="quiet">{strings.why}</p>
        <Code block>{error.message}</Code>
        <Group gap="xs">
          {/* A part that could not be loaded after several tries is only asked for again by a new page. */}
          <Button onClick={() => window.location.reload()}>{strings.retry}</Button>
          <Button
            variant="default"
            onClick={() => void copyAndNotify(error.stack ?? error.message, strings.what)}
          >
            {strings.copy}
          </Button>
        </Group>
      </EmptyState>
    );
  }
}
