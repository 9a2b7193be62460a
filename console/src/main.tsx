import '@fontsource-variable/inter/wght.css';
import '@mantine/core/styles.css';
import './app/styles.css';
import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { takeStyleNonce } from './app/nonce.ts';
import { createConsoleRouter } from './app/router.tsx';
import { theme } from './app/theme.ts';
import { Toasts } from './ui/toast.tsx';

const nonce = takeStyleNonce();
const { router, queryClient } = createConsoleRouter();
const element = document.getElementById('root');
if (element === null) throw new Error('The page has no place for the console');

createRoot(element).render(
  <StrictMode>
    <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={() => nonce}>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
        <Toasts />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
