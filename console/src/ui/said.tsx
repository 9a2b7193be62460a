import { Fragment, type ReactNode } from 'react';
import { quantity } from '../lib/numbers.ts';
import { Time } from './values.tsx';

const instant = /(\d{4}-\d{2}-\d{2}T[\d:.]+Z)/;
const isInstant = new RegExp(`^${instant.source}$`);
/** A number of things, not one that is part of a name. */
const count = /(?<![\w.,-])\d{4,}(?= events?\b)/g;

/** A sentence of the API: its instants in the zone of the viewer, its numbers as they are written here. */
export function Said({
  children,
  figures = [],
}: {
  readonly children: string;
  /** Numbers that stand in the sentence as they are given here. */
  readonly figures?: readonly string[];
}): ReactNode {
  const wordsOf = (text: string) =>
    text
      .replaceAll(count, (digits) => quantity(digits))
      .replaceAll(/(?<=\b(?:by|from|to|change:) )-?\d+(?:\.\d+)?(?![\w-])/g, (digits) =>
        figures.includes(digits.replace('-', '')) ? quantity(digits) : digits,
      );
  // Instants are at the odd places.
  return children.split(instant).map((part, index) => (
    // oxlint-disable-next-line react/no-array-index-key -- parts of one text have no other name
    <Fragment key={index}>
      {isInstant.test(part) ? <Time value={part} as="second" /> : wordsOf(part)}
    </Fragment>
  ));
}
