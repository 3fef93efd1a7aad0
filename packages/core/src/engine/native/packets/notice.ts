import type { Writer } from '../../../wire/native/writer.js';
import type { Item } from './item.js';

/** A small frame that is sent again until it has arrived, or says nothing new any more. */
export class Notice implements Item {
  copies = 0;
  waitsAgain = false;
  readonly bytesMax: number;
  readonly #write: (writer: Writer) => void;
  readonly #isNews: (notice: Notice) => boolean;
  #arrived = false;

  /** @param isNews Whether the peer should still hear of it. Default: until it has. */
  constructor(bytesMax: number, write: (writer: Writer) => void, isNews: (notice: Notice) => boolean = () => true) {
    this.bytesMax = bytesMax;
    this.#write = write;
    this.#isNews = isNews;
  }

  get wanted(): boolean {
    return !this.#arrived && this.#isNews(this);
  }

  write(writer: Writer): void {
    this.#write(writer);
  }

  acknowledged(): void {
    this.#arrived = true;
  }

  lost(): boolean {
    return this.wanted;
  }
}
