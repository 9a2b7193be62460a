import { useEffect, useEffectEvent, useRef } from 'react';
import { useGo } from '../ui/link.tsx';
import { isTyping } from '../ui/table-keys.ts';
import { navigation } from './nav.ts';

const chordMs = 900;

/** Ctrl K or ⌘K finds, ? helps, g and a letter goes somewhere. */
export function useShellKeys(shell: { openPalette: () => void; openHelp: () => void }): void {
  const go = useGo();
  const chordUntil = useRef(0);
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.key.toLowerCase() === 'k' && (event.metaKey || event.ctrlKey)) {
      event.preventDefault();
      shell.openPalette();
      return;
    }
    if (isTyping(event)) return;
    if (event.key === '?') shell.openHelp();
    else if (event.timeStamp < chordUntil.current) {
      const item = navigation.flatMap(({ items }) => items).find(({ key }) => key === event.key);
      if (item !== undefined) {
        event.preventDefault();
        go(item.path);
      }
      chordUntil.current = 0;
    } else if (event.key === 'g') chordUntil.current = event.timeStamp + chordMs;
  });
  useEffect(() => {
    // Before a table sees the key: after g, k is not “up”.
    const listener = (event: KeyboardEvent) => onKey(event);
    window.addEventListener('keydown', listener, { capture: true });
    return () => window.removeEventListener('keydown', listener, { capture: true });
  }, []);
}
