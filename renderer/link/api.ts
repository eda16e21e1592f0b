import { QueryClient } from '@tanstack/react-query';
import { ApiError, HttpClient } from '../../client/http-client.ts';
import { hostText } from '../../shared/texts/host-text.ts';
import { session } from './session.ts';
import { strings } from './strings.ts';

/** The page's one client of the HTTP API. */
export const api = new HttpClient({
  connection: () => session.connection(),
  onUnauthorized: () => session.refused(strings.notAccepted),
  words: hostText,
  pauses: [150, 500, 1500],
});

/** What was asked over HTTP. What changes by itself comes by socket, so nothing is asked again on a timer. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      refetchOnWindowFocus: false,
      retry: (count, error) =>
        count < 2 && error instanceof ApiError && (error.status === 0 || error.status >= 500),
    },
  },
});
