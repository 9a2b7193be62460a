/** What pickers of currencies and zones offer. The server judges what it takes. */

function displayNames(type: 'currency'): Intl.DisplayNames {
  return new Intl.DisplayNames(undefined, { type });
}

let currencies: { value: string; label: string }[] | undefined;

export function currencyChoices(): { value: string; label: string }[] {
  if (currencies === undefined) {
    const names = displayNames('currency');
    currencies = Intl.supportedValuesOf('currency').map((code) => ({
      value: code,
      label: `${code} – ${names.of(code) ?? code}`,
    }));
  }
  return currencies;
}

export function timeZoneChoices(): string[] {
  const zones = Intl.supportedValuesOf('timeZone');
  return zones.includes('UTC') ? zones : ['UTC', ...zones];
}

/** The value that an empty text field stands for. */
export function orNull(text: string): string | null {
  return text.trim() === '' ? null : text.trim();
}

/** The fields of `values` that differ from `before`. */
export function changed<V extends Record<string, unknown>>(values: V, before: V): Partial<V> {
  return Object.fromEntries(
    Object.entries(values).filter(
      ([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name]),
    ),
  ) as Partial<V>;
}
