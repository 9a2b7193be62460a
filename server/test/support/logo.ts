import { PNG } from 'pngjs';

/** A small made-up logo with soft edges and a transparent ground: three rising bars in a round. */
export function sampleLogo(side = 132): { bytes: Buffer; width: number; height: number } {
  const png = new PNG({ width: side, height: side });
  const SAMPLES = 4;
  const bars = [
    [0.27, 0.56],
    [0.45, 0.42],
    [0.63, 0.28],
  ] as const;
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      let [round, bar] = [0, 0];
      for (let s = 0; s < SAMPLES * SAMPLES; s += 1) {
        const [u, v] = [
          (x + ((s % SAMPLES) + 0.5) / SAMPLES) / side,
          (y + (Math.floor(s / SAMPLES) + 0.5) / SAMPLES) / side,
        ];
        if ((u - 0.5) ** 2 + (v - 0.5) ** 2 > 0.25) continue;
        round += 1;
        if (bars.some(([left, top]) => u > left && u < left + 0.11 && v > top && v < 0.73))
          bar += 1;
      }
      const whiteness = round === 0 ? 0 : bar / round;
      const mix = (from: number) => Math.round(from + (255 - from) * whiteness);
      png.data.set(
        [mix(31), mix(78), mix(140), Math.round((255 * round) / SAMPLES ** 2)],
        (y * side + x) * 4,
      );
    }
  }
  return { bytes: PNG.sync.write(png), width: side, height: side };
}
