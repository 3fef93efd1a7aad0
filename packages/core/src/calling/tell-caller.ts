import type { EngineOutput } from '../engine/engine.js';
import type { EndpointEvents } from '../reporting/events.js';
import type { Caller } from './caller.js';
import type { StartedCall } from './started-call.js';

/** Something that has come of a call of ours. */
export type CallOutput = Extract<
  EngineOutput<StartedCall>,
  { kind: 'response' | 'progress' | 'sent' | 'failure' | 'silence' }
>;

/** Takes what has come of a call to whoever made it. */
export function tellCaller(caller: Caller, output: CallOutput, events: EndpointEvents): void {
  switch (output.kind) {
    case 'response':
      if (!caller.answered(output.call, output.payload, output.rest))
        events.dropped('malformed-response', output.call.to, output.payload.length);
      return;
    case 'progress':
      return output.call.advance();
    case 'sent':
      return caller.sent(output.call, output.delivered);
    case 'failure':
      return caller.refused(output.call, output);
    case 'silence':
      return caller.silent(output.call);
  }
}
