/** A load that never pauses. */
export interface Load {
  /** Whether to make another, when so many have been made. */
  more(made: number): boolean;
  /** How many of them are in flight from the first to the last. */
  readonly inFlight: number;
  /** Makes one; gives whether it was answered. */
  call(): Promise<boolean>;
  /** Told of each that has ended, how many have. */
  ended?(count: number): void;
}

/** What came of a load. */
export interface Outcome {
  readonly made: number;
  readonly answered: number;
}

/** Makes calls, each as soon as another has ended. */
export async function keepInFlight({ more, inFlight, call, ended }: Load): Promise<Outcome> {
  let made = 0;
  let endings = 0;
  let answered = 0;
  const worker = async (): Promise<void> => {
    while (more(made)) {
      made += 1;
      if (await call()) answered += 1;
      endings += 1;
      ended?.(endings);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  return { made, answered };
}
