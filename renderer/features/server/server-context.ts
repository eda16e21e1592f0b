import { createContext, useContext, useEffect, useState } from 'react';
import { ServerStore } from '../../state/server-store.ts';

const context = createContext<ServerStore | null>(null);
export const ServerProvider = context.Provider;

/** The open server of this page. */
export function useServer(): ServerStore {
  const store = useContext(context);
  if (!store) throw new Error('There is no server around this part of the page.');
  return store;
}

/** Opens one server's socket for as long as the page shows it; null in the first moment. */
export function useServerStore(id: string): ServerStore | null {
  const [store, setStore] = useState<ServerStore | null>(null);
  useEffect(() => {
    const opened = new ServerStore(id);
    opened.start();
    setStore(opened);
    return () => opened.close();
  }, [id]);
  return store?.id === id ? store : null;
}
