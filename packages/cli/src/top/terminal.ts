const ENTER = '\u001b[?1049h\u001b[?25l';
const LEAVE = '\u001b[?25h\u001b[?1049l';
const HOME = '\u001b[H';
const CLEAR_LINE = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';
const CTRL_C = '\u0003';

/** What a {@link FullScreen} is drawn on, and what gives its keys. */
export interface ScreenPorts {
  readonly output: NodeJS.WriteStream;
  readonly input: NodeJS.ReadStream;
}

/** A terminal that is all ours until it is left: as it was before, whatever happens. */
export class FullScreen implements Disposable {
  readonly #ports: ScreenPorts;
  readonly #onKey: (chunk: Buffer) => void;
  readonly #onResize: () => void;

  /** @param key Is told each key that is pressed, Ctrl-C as `q`. */
  constructor(ports: ScreenPorts, key: (key: string) => void, resized: () => void) {
    this.#ports = ports;
    this.#onKey = (chunk) => {
      for (const each of chunk.toString()) key(each === CTRL_C ? 'q' : each);
    };
    this.#onResize = resized;
    const { input, output } = ports;
    output.write(ENTER);
    output.on('resize', this.#onResize);
    if (!input.isTTY) return;
    input.setRawMode(true);
    input.on('data', this.#onKey).resume();
  }

  get size(): { readonly columns: number; readonly rows: number } {
    const { columns, rows } = this.#ports.output;
    // A terminal may not know, and then says 0.
    return { columns: columns > 0 ? columns : 80, rows: rows > 0 ? rows : 24 };
  }

  draw(lines: readonly string[]): void {
    this.#ports.output.write(`${HOME}${lines.map((line) => `${line}${CLEAR_LINE}`).join('\r\n')}${CLEAR_BELOW}`);
  }

  [Symbol.dispose](): void {
    const { input, output } = this.#ports;
    output.off('resize', this.#onResize);
    output.write(LEAVE);
    if (!input.isTTY) return;
    input.off('data', this.#onKey).pause();
    input.setRawMode(false);
  }
}
