import { createTheme, type MantineColorsTuple } from '@mantine/core';
import { textsOf } from '../../shared/texts/messages.ts';
import en from './texts/theme.en.json';

const t = textsOf('theme/theme', en);

/** The one accent. */
const indigo: MantineColorsTuple = [
  '#eef1ff',
  '#dbe1fd',
  '#b5c0f6',
  '#8d9df0',
  '#6b7fea',
  '#566de7',
  '#4a62e6',
  '#3b52cc',
  '#3248b7',
  '#263da2',
];
/** The one neutral scale, for the dark theme. */
const dark: MantineColorsTuple = [
  '#e6e8eb',
  '#c3c7cd',
  '#9aa1ab',
  '#727a86',
  '#3a4048',
  '#2a2f36',
  '#202429',
  '#17191d',
  '#121417',
  '#0c0e10',
];

/** White text on 6 and 7 can be read (4.5 : 1), which the library's own red can't. */
const red: MantineColorsTuple = [
  '#fdeced',
  '#f9d5d7',
  '#f3abaf',
  '#ec7f85',
  '#e45a62',
  '#dc434c',
  '#d3343d',
  '#c0303a',
  '#a92932',
  '#8f222a',
];

export const theme = createTheme({
  primaryColor: 'indigo',
  primaryShade: { light: 7, dark: 6 },
  colors: { indigo, dark, red },
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
  fontFamilyMonospace:
    'ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace',
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  headings: {
    fontWeight: '600',
    sizes: { h1: { fontSize: '20px' }, h2: { fontSize: '16px' }, h3: { fontSize: '14px' } },
  },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: 'sm' } },
    Tooltip: {
      defaultProps: { openDelay: 300, withArrow: true, events: { hover: true, focus: true, touch: false } },
    },
    Modal: {
      defaultProps: {
        centered: true,
        transitionProps: { duration: 120 },
        closeButtonProps: { 'aria-label': t('close') },
      },
    },
    Drawer: { defaultProps: { closeButtonProps: { 'aria-label': t('close') } } },
    Notification: { defaultProps: { closeButtonProps: { 'aria-label': t('dismiss') } } },
    Alert: { defaultProps: { closeButtonLabel: t('dismiss') } },
    TextInput: { defaultProps: { size: 'sm' } },
  },
});
