import { useSyncExternalStore, type ReactNode } from 'react';
import { IconX } from './icons.ts';
import classes from './toast.module.css';

type Toast = { readonly id: number; readonly text: string };

const shownMs = 5000;
const toastsMax = 3;
let toasts: readonly Toast[] = [];
let lastId = 0;
const listeners = new Set<() => void>();

function change(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

/** Says that something was done. What went wrong is said where it went wrong, not here. */
export function toast(text: string): void {
  const id = (lastId += 1);
  change([...toasts.slice(1 - toastsMax), { id, text }]);
  setTimeout(() => dismiss(id), shownMs);
}

function dismiss(id: number): void {
  change(toasts.filter((each) => each.id !== id));
}

export function Toasts(): ReactNode {
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => toasts,
  );
  return (
    <div className={classes.region} role="status" aria-live="polite">
      {shown.map(({ id, text }) => (
        <div key={id} className={classes.toast}>
          <span>{text}</span>
          <button type="button" aria-label="Dismiss" onClick={() => dismiss(id)}>
            <IconX size={14} />
          </button>
        </div>
      ))}
    </div>
  );
}
