import { useMemo, type ReactNode } from 'react';
import { encode } from 'uqr';

const sizePx = 168;

/** Something for a phone to scan: dark on light in both themes, as cameras want it. */
export function QrCode({
  text,
  label,
}: {
  readonly text: string;
  readonly label: string;
}): ReactNode {
  const { size, data } = useMemo(() => encode(text, { border: 2 }), [text]);
  const dots = data.flatMap((row, y) =>
    row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])),
  );
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${size} ${size}`}
      width={sizePx}
      height={sizePx}
      shapeRendering="crispEdges"
      style={{ background: 'var(--c-scan-light)', borderRadius: 6 }}
    >
      <path d={dots.join('')} fill="var(--c-scan-dark)" />
    </svg>
  );
}
