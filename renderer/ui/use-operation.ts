import { useStore } from 'zustand';
import type { Operation } from '../../shared/model/operation.ts';
import { hostStore } from '../state/host-store.ts';

/** The operation of that id as the host told it last; null: it isn't known (yet). */
export function useOperation(id: string | null): Operation | null {
  const operations = useStore(hostStore.store, (view) => view.operations);
  return operations.find((one) => one.id === id) ?? null;
}
