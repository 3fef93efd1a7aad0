/** What the exit of every command says. */
export const ExitCode = { answered: 0, refused: 1, misuse: 2, silence: 3, absent: 4 } as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** The table of help and of the guide. */
export const EXIT_CODES: readonly (readonly [code: ExitCode, meaning: string])[] = [
  [ExitCode.answered, 'answered, or done'],
  [ExitCode.refused, 'the other side said no, or the work failed'],
  [ExitCode.misuse, 'misuse: nothing was sent'],
  [ExitCode.silence, 'no response, or no way to the host'],
  [ExitCode.absent, 'asked, and nobody has it'],
];
