/** A load that never pauses. */
export interface Load {
  /** How many calls to make. */
  readonly calls: number;
  /** How many of them are in flight from the first to the last. */
  readonly inFlight: number;
  /** Makes one; gives whether it was answered. */
  call(): Promise<boolean>;
  /** Told of each that has ended, how many have. */
  ended?(count: number): void;
}

/** Makes calls, each as soon as another has ended; gives how many were answered. */
export async function keepInFlight({ calls, inFlight, call, ended }: Load): Promise<number> {
  let made = 0;
  let endings = 0;
  let answered = 0;
  const worker = async (): Promise<void> => {
    while (made < calls) {
      made += 1;
      if (await call()) answered += 1;
      endings += 1;
      ended?.(endings);
    }
  };
  await Promise.all(Array.from({ length: Math.min(inFlight, calls) }, worker));
  return answered;
}
