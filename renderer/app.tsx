import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { lazy, Suspense, useEffect } from 'react';
import { Router, useLocation } from 'wouter';
import { useStore } from 'zustand';
import { Palette } from './features/palette/palette.tsx';
import { Shell } from './features/shell/shell.tsx';
import { queryClient } from './link/api.ts';
import { desktopApp } from './link/desktop.ts';
import { session } from './link/session.ts';
import { hostStore } from './state/host-store.ts';
import { theme } from './theme/theme.ts';
import { passGuard } from './ui/leave-guard.ts';
import { loadPart } from './ui/load-part.ts';
import { startTips } from './ui/tips.ts';

const Toasts = lazy(loadPart(() => import('./ui/toasts.tsx')));
/** Whoever comes with a token needs none of it. */
const SignInPage = lazy(loadPart(() => import('./features/sign-in/sign-in-page.tsx')));

export function App() {
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <QueryClientProvider client={queryClient}>
        <Suspense>
          <Toasts />
        </Suspense>
        <Router aroundNav={(navigate, to, options) => passGuard(() => navigate(to, options))}>
          <Gate />
          <AppLinks />
        </Router>
      </QueryClientProvider>
    </MantineProvider>
  );
}

/** Nothing is shown without a token; with one, the host's socket lives as long as it does. */
function Gate() {
  const state = useStore(session.store);
  // A renewed token is no new sign-in: the sockets move over by themselves.
  const isSignedIn = state.status === 'signed-in';
  useEffect(() => {
    if (!isSignedIn) return;
    const stop = hostStore.start();
    return () => {
      stop();
      queryClient.clear();
    };
  }, [isSignedIn]);
  if (state.status === 'sign-in')
    return (
      <Suspense fallback={null}>
        <SignInPage problem={state.problem} />
      </Suspense>
    );
  if (state.status === 'looking') return null;
  return (
    <>
      <Palette />
      <Shell />
    </>
  );
}

/** In the desktop app: notifications and links lead to pages. Whoever edits something is asked first, as with any link. */
function AppLinks() {
  const [, navigate] = useLocation();
  useEffect(() => startTips(document), []);
  useEffect(() => desktopApp()?.onOpen((path) => navigate(path)), [navigate]);
  return null;
}
