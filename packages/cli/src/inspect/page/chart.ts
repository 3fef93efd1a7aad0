import { drawing, element } from './dom.js';

/** Samples of a chart: a minute at two a second. */
const SAMPLES = 120;
const WIDTH = 120;
const HEIGHT = 24;

/** A line that moves, with its newest figure beside it. */
export class Chart {
  readonly element: HTMLElement;
  readonly #line = drawing('polyline');
  readonly #area = drawing('polygon');
  readonly #figure = element('span', { class: 'figure' }, '-');
  readonly #samples: number[] = [];
  readonly #least: number;

  /** @param least What the top of the chart is at least, so that noise is not drawn as mountains. */
  constructor(name: string, least: number) {
    const box = {
      'viewBox': `0 0 ${WIDTH} ${HEIGHT}`,
      'preserveAspectRatio': 'none',
      'role': 'img',
      'aria-label': `${name} over the last minute`,
    };
    this.#least = least;
    this.element = element(
      'div',
      { 'class': 'chart', 'data-chart': name },
      this.#figure,
      drawing('svg', box, this.#area, this.#line),
    );
  }

  get samples(): number {
    return this.#samples.length;
  }

  add(sample: number | undefined, text: string): void {
    this.#figure.textContent = text;
    this.#samples.push(sample ?? 0);
    if (this.#samples.length > SAMPLES) this.#samples.shift();
    const top = Math.max(this.#least, ...this.#samples);
    const first = WIDTH * (1 - (this.#samples.length - 1) / (SAMPLES - 1));
    const points = this.#samples.map((value, index) => {
      const x = first + (index * WIDTH) / (SAMPLES - 1);
      return `${x.toFixed(1)},${(HEIGHT - 1 - (value / top) * (HEIGHT - 2)).toFixed(1)}`;
    });
    this.#line.setAttribute('points', points.join(' '));
    this.#area.setAttribute('points', `${first.toFixed(1)},${HEIGHT} ${points.join(' ')} ${WIDTH},${HEIGHT}`);
  }
}
