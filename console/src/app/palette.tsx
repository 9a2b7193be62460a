import { Modal } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useId, useState, type KeyboardEvent, type ReactNode } from 'react';
import { find, type Hit } from '../lib/find.ts';
import { useMe } from '../lib/session.ts';
import { useGo } from '../ui/link.tsx';
import { Trouble } from '../ui/notice.tsx';
import { navigation } from './nav.ts';
import classes from './palette.module.css';

const typingMs = 180;

/** Finds any customer, key, invoice or event by whatever names it, and any page. What is typed is kept nowhere. */
export function Palette({ onClose }: { readonly onClose: () => void }): ReactNode {
  const [text, setText] = useState('');
  const [settled] = useDebouncedValue(text.trim(), typingMs);
  const found = useQuery({
    queryKey: ['find', settled],
    queryFn: ({ signal }) => find(settled, { signal }),
    enabled: settled !== '',
    gcTime: 0,
    staleTime: 0,
  });
  const pages = usePages(text);
  const isSearching = settled !== text.trim() || (found.isFetching && settled !== '');
  const hits = [...(settled === '' ? [] : (found.data ?? [])), ...pages];
  const [active, setActive] = useState(0);
  const current = Math.min(active, Math.max(0, hits.length - 1));
  const list = useId();
  const go = useGo();
  const open = (hit: Hit | undefined) => {
    if (hit === undefined) return;
    onClose();
    go(hit.path);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setActive((current + step + hits.length) % Math.max(1, hits.length));
    } else if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
      event.preventDefault();
      open(hits[current]);
    }
  };
  return (
    <Modal
      opened
      onClose={onClose}
      withCloseButton={false}
      padding={0}
      size={580}
      yOffset="12vh"
      centered={false}
      aria-label="Find anything"
    >
      <input
        className={classes.input}
        role="combobox"
        aria-expanded="true"
        aria-controls={list}
        aria-activedescendant={hits.length > 0 ? `${list}-${current}` : undefined}
        aria-label="Find anything"
        placeholder="Name, e-mail, invoice number, any ID, or paste an API key"
        data-autofocus
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={({ currentTarget }) => {
          setText(currentTarget.value);
          setActive(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div className={classes.body}>
        {found.isError && <Trouble error={found.error} />}
        <div role="listbox" id={list} aria-label="Found">
          {hits.map((hit, index) => (
            <Option
              key={hit.key}
              id={`${list}-${index}`}
              hit={hit}
              isActive={index === current}
              onOpen={() => open(hit)}
              onHover={() => setActive(index)}
            />
          ))}
        </div>
        <p className={classes.note} role="status">
          {noteOf(text, isSearching, hits.length)}
        </p>
      </div>
    </Modal>
  );
}

function intoView(element: HTMLElement | null): void {
  element?.scrollIntoView({ block: 'nearest' });
}

function noteOf(text: string, isSearching: boolean, count: number): string {
  if (isSearching) return 'Looking …';
  if (count > 0) return text.trim() === '' ? 'Enter opens, the arrows choose' : '';
  return 'Nothing has exactly this name, e-mail, number or ID.';
}

function Option({
  id,
  hit,
  isActive,
  onOpen,
  onHover,
}: {
  readonly id: string;
  readonly hit: Hit;
  readonly isActive: boolean;
  readonly onOpen: () => void;
  readonly onHover: () => void;
}): ReactNode {
  return (
    // The input keeps the focus and has the keys; the option only takes the pointer.
    <div
      ref={isActive ? intoView : undefined}
      id={id}
      tabIndex={-1}
      role="option"
      aria-selected={isActive}
      className={classes.option}
      onClick={onOpen}
      onMouseMove={onHover}
    >
      <span className={classes.title}>{hit.title}</span>
      <span className={classes.detail}>{hit.detail}</span>
      <span className={classes.kind}>{hit.kind}</span>
    </div>
  );
}

function usePages(text: string): Hit[] {
  const me = useMe();
  const wanted = text.trim().toLowerCase();
  return navigation
    .flatMap(({ items }) => items)
    .filter(({ permission }) => permission === undefined || me.permissions.has(permission))
    .filter(({ label }) => wanted === '' || label.toLowerCase().includes(wanted))
    .map(({ label, path, key }) => ({
      key: path.to,
      kind: 'Page',
      title: label,
      detail: `g ${key}`,
      path,
    }));
}
