import { createTheme, type MantineColorsTuple } from '@mantine/core';

const pine: MantineColorsTuple = [
  '#effaf7',
  '#d8f1eb',
  '#b0e3d8',
  '#83d2c2',
  '#55bdab',
  '#2fa594',
  '#178a7b',
  '#0f766e',
  '#0c5f59',
  '#0b4b47',
];

const gray: MantineColorsTuple = [
  '#fafaf8',
  '#f4f4f1',
  '#eaeae6',
  '#dededa',
  '#cbcbc5',
  '#a6a7a0',
  '#6a6c65',
  '#4d4f49',
  '#32342f',
  '#1d1f1b',
];

const dark: MantineColorsTuple = [
  '#e7e9e5',
  '#c3c7c1',
  '#a0a69f',
  '#6f766f',
  '#363b37',
  '#2a2e2b',
  '#1e2220',
  '#151816',
  '#101311',
  '#0b0d0c',
];

const fontFamily = "'Inter Variable', system-ui, -apple-system, 'Segoe UI', sans-serif";

export const theme = createTheme({
  colors: { pine, gray, dark },
  primaryColor: 'pine',
  primaryShade: 7,
  black: '#1d1f1b',
  fontFamily,
  fontFamilyMonospace: "ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, monospace",
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.125rem' },
  headings: {
    fontFamily,
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.25rem', lineHeight: '1.75rem' },
      h2: { fontSize: '1rem', lineHeight: '1.5rem' },
      h3: { fontSize: '0.875rem', lineHeight: '1.25rem' },
    },
  },
  defaultRadius: 'sm',
  radius: { xs: '3px', sm: '6px', md: '8px', lg: '12px', xl: '16px' },
  cursorType: 'pointer',
  respectReducedMotion: true,
  autoContrast: true,
  components: {
    Button: { defaultProps: { size: 'xs', fw: 550 } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray' } },
    TextInput: { defaultProps: { size: 'sm' } },
    Textarea: { defaultProps: { size: 'sm', autosize: true, minRows: 2 } },
    // Options are drawn with the field: as many as one reads, the rest is found by typing.
    Select: { defaultProps: { size: 'sm', limit: 60 } },
    NativeSelect: { defaultProps: { size: 'sm' } },
    Tooltip: { defaultProps: { withArrow: true, openDelay: 250, multiline: true, maw: 320 } },
    Modal: { defaultProps: { transitionProps: { duration: 120 }, centered: true } },
    Drawer: { defaultProps: { transitionProps: { duration: 140 } } },
    Menu: { defaultProps: { transitionProps: { duration: 80 }, shadow: 'md' } },
  },
});
