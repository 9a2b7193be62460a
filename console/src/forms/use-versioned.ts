import { useRef, useState } from 'react';

type Thing = { version: number };

/** The version of a thing that a form edits, and the one that somebody else made of it meanwhile. */
export type Versioned<T extends Thing> = {
  /** What the form began with: a field that differs from it is what this person has changed. */
  readonly base: T;
  /** What the change is made to, for `If-Match`. */
  readonly version: number;
  readonly now: T | undefined;
  /** Reads what it has become. */
  readonly look: () => void;
  /** The own changes are made to what it has become; what one has not touched stays as others left it. */
  readonly keepMine: () => void;
  /** Begins again with what it has become; answers that. */
  readonly takeTheirs: () => T;
};

export function useVersioned<T extends Thing>(opened: T, read: () => Promise<T>): Versioned<T> {
  // Read when it is needed: a submit right after `keepMine` must see the newer version.
  const base = useRef(opened);
  const version = useRef(opened.version);
  const [now, setNow] = useState<T>();
  return {
    get base() {
      return base.current;
    },
    get version() {
      return version.current;
    },
    now,
    look: () => void read().then(setNow, () => undefined),
    keepMine: () => {
      version.current = now?.version ?? version.current;
    },
    takeTheirs: () => {
      base.current = now ?? base.current;
      version.current = base.current.version;
      setNow(undefined);
      return base.current;
    },
  };
}
