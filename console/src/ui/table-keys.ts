import { useEffect, type RefObject } from 'react';

/**
 * j and k, or the arrows once inside, go from row to row, Enter opens (the row's link has the focus), ] and [ turn
 * pages, / goes to the first filter.
 */
export function useTableKeys(
  body: RefObject<HTMLElement | null>,
  count: number,
  reveal: (index: number) => void,
): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (body.current === null || isTyping(event) || isBehindDialog(body.current)) return;
      const isInside = body.current.contains(document.activeElement);
      const step = stepOf(event.key, isInside);
      if (step !== 0) {
        event.preventDefault();
        move(body.current, count, step, reveal);
      } else if (event.key === ']' || event.key === '[') {
        press(`[data-page="${event.key === ']' ? 'next' : 'previous'}"]`, body.current);
      } else if (event.key === '/') {
        const filter = document.querySelector<HTMLElement>('[data-filters] input');
        if (filter !== null) {
          event.preventDefault();
          filter.focus();
        }
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [body, count, reveal]);
}

function stepOf(key: string, isInside: boolean): number {
  if (key === 'j' || (isInside && key === 'ArrowDown')) return 1;
  if (key === 'k' || (isInside && key === 'ArrowUp')) return -1;
  return 0;
}

function move(
  body: HTMLElement,
  count: number,
  step: number,
  reveal: (index: number) => void,
): void {
  const row = document.activeElement?.closest<HTMLElement>('[data-index]');
  const current = row !== null && row !== undefined && body.contains(row) ? indexOf(row) : -1;
  const target =
    current < 0 ? (step > 0 ? 0 : count - 1) : Math.min(count - 1, Math.max(0, current + step));
  reveal(target);
  // At once where the row is drawn: the next key, however soon, goes on from it. Else it has to be drawn first.
  if (!focusRow(body, target)) requestAnimationFrame(() => focusRow(body, target));
}

function focusRow(body: HTMLElement, index: number): boolean {
  const link = body.querySelector<HTMLElement>(
    `[data-index="${index}"] :is(a[data-row-link], button, input, a)`,
  );
  link?.focus({ preventScroll: true });
  return link !== null;
}

function indexOf(row: HTMLElement): number {
  return Number(row.dataset['index'] ?? -1);
}

function press(selector: string, near: HTMLElement): void {
  near.closest('[data-stale]')?.querySelector<HTMLElement>(selector)?.click();
}

export function isTyping(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey) return true;
  const { target } = event;
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('input, textarea, select, [role="combobox"]'))
  );
}

function isBehindDialog(element: HTMLElement): boolean {
  const dialog = document.querySelector('[role="dialog"][aria-modal="true"]');
  return dialog !== null && !dialog.contains(element);
}
