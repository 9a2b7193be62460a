import type { Ageing } from '@customary/sdk';
import type { ReactNode } from 'react';
import { isZero, moneyText } from '../../lib/numbers.ts';
import { Dash, Money } from '../../ui/values.tsx';
import classes from './ageing.module.css';

const buckets = [
  ['current', 'Not yet due'],
  ['days1To30', '1–30 days'],
  ['days31To60', '31–60 days'],
  ['days61To90', '61–90 days'],
  ['days90Plus', 'Over 90 days'],
] as const;

/** How long what is due has been due: one bar for each currency. */
export function AgeingBars({ ageing }: { readonly ageing: readonly Ageing[] }): ReactNode {
  const owing = ageing.filter((each) => !isAllZero(each));
  if (owing.length === 0) return <Dash />;
  return (
    <span className={classes.stack}>
      {owing.map((each) => (
        <AgeingBar key={each.currency} ageing={each} />
      ))}
    </span>
  );
}

export function AgeingBar({
  ageing,
  isLarge = false,
}: {
  readonly ageing: Ageing;
  readonly isLarge?: boolean;
}): ReactNode {
  const parts = buckets.filter(([name]) => !isZero(ageing[name]));
  const total = parts.reduce((sum, [name]) => sum + Number(ageing[name]), 0);
  const said = parts
    .map(([name, label]) => `${label}: ${moneyText(moneyOf(ageing, name))}`)
    .join(', ');
  return (
    <span
      className={classes.bar}
      data-size={isLarge ? 'large' : 'small'}
      role="img"
      aria-label={said === '' ? 'Nothing is due' : said}
      title={said}
    >
      {parts.map(([name]) => (
        <span
          key={name}
          className={classes.part}
          data-bucket={name}
          style={{ width: `${(Number(ageing[name]) / total) * 100}%`, minWidth: 2 }}
        />
      ))}
    </span>
  );
}

/** The bar with its figures. */
export function AgeingDetail({ ageing }: { readonly ageing: Ageing }): ReactNode {
  return (
    <>
      <AgeingBar ageing={ageing} isLarge />
      <dl className={classes.legend}>
        {buckets.map(([name, label]) => (
          <div key={name}>
            <dt>
              <span className={`${classes.swatch} ${classes.part}`} data-bucket={name} />
              {label}
            </dt>
            <dd>
              <Money value={moneyOf(ageing, name)} />
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function moneyOf(ageing: Ageing, name: (typeof buckets)[number][0]) {
  return { amount: ageing[name], currency: ageing.currency };
}

function isAllZero(ageing: Ageing): boolean {
  return buckets.every(([name]) => isZero(ageing[name]));
}
