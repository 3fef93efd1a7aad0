import { ExitCode } from './exit-codes.js';

/** What may be said about a {@link CommandFailure} beside its exit code and message. */
export interface FailureOptions {
  /** What `--json` shows beside the message, or instead of it. */
  readonly fields?: Readonly<Record<string, unknown>>;
  /** The error underneath, shown with `--verbose`. */
  readonly cause?: unknown;
}

/** The end of a command that did not get what it was run for. Its message is one line that says what to do next. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
  readonly exitCode: ExitCode;
  readonly fields: Readonly<Record<string, unknown>>;

  constructor(exitCode: ExitCode, message: string, options: FailureOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.exitCode = exitCode;
    this.fields = options.fields ?? {};
  }
}

/** The failure for what was typed wrong. */
export function misuse(message: string, cause?: unknown): CommandFailure {
  return new CommandFailure(ExitCode.misuse, message, { cause });
}
