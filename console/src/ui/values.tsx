import type { Money as MoneyValue } from '@customary/sdk';
import type { ReactNode } from 'react';
import { amountText, compact, moneyText, quantity, roundedText } from '../lib/numbers.ts';
import { dayText, preciseText, relativeText, timeText, utcText } from '../lib/times.ts';
import { IconCopy } from './icons.ts';
import { toast } from './toast.tsx';
import classes from './values.module.css';

/** An id or another text that one wants to take along: a click copies it. */
export function Copyable({
  value,
  shown = value,
  label = 'Copy',
}: {
  readonly value: string;
  readonly shown?: string;
  readonly label?: string;
}): ReactNode {
  const copy = async () => {
    await navigator.clipboard.writeText(value);
    toast(`Copied ${shown}`);
  };
  return (
    <button
      type="button"
      className={classes.copy}
      title={`${label}: ${shown}`}
      aria-label={`${label} ${shown}`}
      onClick={(event) => {
        event.preventDefault();
        event.stopPropagation();
        void copy();
      }}
    >
      <span>{shown}</span>
      <IconCopy size={12} aria-hidden />
    </button>
  );
}

/** `org_01KB…YBXC`: enough to tell ids apart; the whole one is copied. */
export function Id({ value }: { readonly value: string | null | undefined }): ReactNode {
  if (value === null || value === undefined) return <Dash />;
  return <Copyable value={value} shown={shortId(value)} label="Copy ID" />;
}

/** Who did it: a key or a person by its id, or a part of the server by its name. */
export function Actor({ value }: { readonly value: string }): ReactNode {
  return /^[a-z]{2,4}_[0-9A-Z]{26}$/.test(value) ? <Id value={value} /> : value;
}

export function shortId(id: string): string {
  const [prefix = '', random = ''] = id.split('_', 2);
  return random.length <= 12 ? id : `${prefix}_${random.slice(0, 4)}…${random.slice(-5)}`;
}

export function Dash(): ReactNode {
  return (
    <span className="dim" aria-label="none">
      –
    </span>
  );
}

export function OrDash({ children }: { readonly children: ReactNode }): ReactNode {
  const isNothing =
    children === null || children === undefined || children === '' || children === false;
  return isNothing ? <Dash /> : children;
}

export function Money({ value }: { readonly value: MoneyValue | null | undefined }): ReactNode {
  if (value === null || value === undefined) return <Dash />;
  return (
    <span className={classes.money}>
      {amountText(value)}
      <span className={classes.currency}>{value.currency}</span>
    </span>
  );
}

/** One amount for each currency, one under the other. */
export function Moneys({ values }: { readonly values: readonly MoneyValue[] }): ReactNode {
  if (values.length === 0) return <Dash />;
  return (
    <span className={classes.stack}>
      {values.map((value) => (
        <Money key={value.currency} value={value} />
      ))}
    </span>
  );
}

export function Quantity({
  value,
  isCompact = false,
}: {
  readonly value: string | number | null;
  readonly isCompact?: boolean;
}): ReactNode {
  if (value === null) return <Dash />;
  return (
    <span className="tabular" title={isCompact ? quantity(value) : undefined}>
      {isCompact ? compact(value) : quantity(value)}
    </span>
  );
}

/** What usage cost, rounded as money is; every digit on hover. */
export function Cost(cost: { readonly amount: string; readonly currency: string }): ReactNode {
  return (
    <span className="tabular" title={moneyText(cost)}>
      {roundedText(cost)}
    </span>
  );
}

/** An instant in the zone of the viewer; in UTC on hover. */
export function Time({
  value,
  as = 'minute',
}: {
  readonly value: string | null | undefined;
  readonly as?: 'day' | 'minute' | 'second' | 'relative';
}): ReactNode {
  if (value === null || value === undefined) return <Dash />;
  const format = {
    day: dayText,
    minute: timeText,
    second: preciseText,
    relative: relativeText,
  }[as];
  return (
    <time dateTime={value} title={utcText(value)}>
      {format(value)}
    </time>
  );
}

/** Half-open: `from` is in it, `to` is not. null: unbounded. */
export function TimeRange({
  from,
  to,
}: {
  readonly from: string | null;
  readonly to: string | null;
}): ReactNode {
  return (
    <span>
      {from === null ? 'since ever' : <Time value={from} />} –{' '}
      {to === null ? 'open' : <Time value={to} />}
    </span>
  );
}

export function Tags({ values }: { readonly values: readonly string[] }): ReactNode {
  if (values.length === 0) return <Dash />;
  return (
    <span className={classes.tags}>
      {values.map((value) => (
        <span key={value} className={classes.tag}>
          {value}
        </span>
      ))}
    </span>
  );
}

/** One above the other, the second quieter. */
export function TwoLines({
  first,
  second,
}: {
  readonly first: ReactNode;
  readonly second: ReactNode;
}): ReactNode {
  return (
    <span className={classes.two} data-two>
      <span>{first}</span>
      <span>{second}</span>
    </span>
  );
}

export type Tone = 'good' | 'warn' | 'bad' | 'info' | 'quiet';

const tones: Record<string, Tone> = {
  active: 'good',
  paid: 'good',
  succeeded: 'good',
  sent: 'good',
  applied: 'good',
  received: 'good',
  on: 'good',
  off: 'quiet',
  revoked: 'quiet',
  expired: 'warn',
  previewed: 'info',
  undone: 'quiet',
  reversed: 'bad',
  trialing: 'info',
  pending: 'info',
  open: 'info',
  queued: 'info',
  running: 'info',
  issued: 'info',
  partially_paid: 'warn',
  paused: 'warn',
  overdue: 'bad',
  failed: 'bad',
  uncollectible: 'bad',
  draft: 'quiet',
  ended: 'quiet',
  void: 'quiet',
  archived: 'quiet',
  not_sent: 'quiet',
};

/** A state by its name in the API: `partially_paid` → “Partially paid”. */
export function Status({
  value,
  tone = tones[value] ?? 'quiet',
}: {
  readonly value: string;
  readonly tone?: Tone;
}): ReactNode {
  return (
    <span className={classes.status} data-tone={tone}>
      {sentenceCase(value)}
    </span>
  );
}

/** `partially_paid`, `adjustNextInvoice` → “Partially paid”, “Adjust next invoice”. */
export function sentenceCase(code: string): string {
  const words = code.replaceAll('_', ' ').replaceAll(/([a-z])([A-Z])/g, '$1 $2');
  return words.charAt(0).toUpperCase() + words.slice(1).toLowerCase();
}
