export const checkNames = [
  'conservation',
  'explained',
  'twoClocks',
  'issued',
  'exactlyOnce',
  'timeTravel',
  'derivedUsage',
] as const;

export type Check = {
  name: (typeof checkNames)[number];
  ok: boolean;
  /** What must hold. */
  claim: string;
  /** What was counted and compared. */
  figures: Record<string, string>;
  problems: Finding[];
  /** It could look at nothing after this position, though there may be more. */
  upTo?: number;
};

export type Finding = { row: string; detail: string };

export const ROWS_NAMED_MAX = 20;

/** A check holds when nothing was found against it. */
export function verdict(
  name: Check['name'],
  claim: string,
  figures: Record<string, string | number>,
  problems: Finding[],
): Check {
  const texts = Object.fromEntries(
    Object.entries(figures).map(([key, value]) => [key, String(value)]),
  );
  return { name, ok: problems.length === 0, claim, figures: texts, problems };
}
