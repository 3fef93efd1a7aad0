import type { CallOutput } from '../engine/engine.js';
import type { EndpointEvents } from '../reporting/events.js';
import type { Caller } from './caller.js';
import type { StartedCall } from './started-call.js';

/** Something that has come of a call of ours. */
export type CallersOutput = Extract<
  CallOutput<StartedCall>,
  { kind: 'response' | 'progress' | 'sent' | 'failure' | 'failed' | 'silence' }
>;

/** Takes what has come of a call to whoever made it, whatever carried it. */
export function tellCaller(caller: Caller, output: CallersOutput, events: EndpointEvents): void {
  const { call } = output;
  switch (output.kind) {
    case 'response':
      if (!caller.answered(call, output.payload, output.rest))
        events.dropped('malformed-response', call.to, output.payload.length);
      return;
    case 'progress':
      return call.advance();
    case 'sent':
      return caller.sent(call, output.delivered);
    case 'failure':
      return caller.refused(call, output);
    case 'failed':
      return caller.failed(call, output.error);
    case 'silence':
      return caller.silent(call);
  }
}
