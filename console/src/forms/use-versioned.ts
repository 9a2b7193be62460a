import { useRef, useState } from 'react';

/** The version of a thing that a form edits, and the one that somebody else made of it meanwhile. */
export type Versioned<T> = {
  readonly before: T;
  readonly now: T | undefined;
  /** Reads what it has become. */
  readonly look: () => void;
  /** Goes on from what it has become; answers that. */
  readonly accept: () => T;
};

export function useVersioned<T>(opened: T, read: () => Promise<T>): Versioned<T> {
  const before = useRef(opened);
  const [now, setNow] = useState<T>();
  return {
    // Read when it is needed: a submit right after `accept` must see what was accepted.
    get before() {
      return before.current;
    },
    now,
    look: () => void read().then(setNow, () => undefined),
    accept: () => {
      before.current = now ?? before.current;
      setNow(undefined);
      return before.current;
    },
  };
}
