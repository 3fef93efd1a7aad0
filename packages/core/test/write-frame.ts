import {
  ACK,
  CALL,
  CANCEL,
  FAILURE,
  HELLO,
  PART,
  PATH_CHALLENGE,
  PATH_RESPONSE,
  RESULT,
  writeAck,
  writeCall,
  writeCancel,
  writeFailure,
  writeHello,
  writePart,
  writePath,
  writeResult,
  type CallFrame,
  type CancelFrame,
  type FailureFrame,
  type Frame,
  type PartFrame,
  type ResultFrame,
} from '../src/wire/native/frames';
import type { Writer } from '../src/wire/native/writer';

/** Writes any frame back as it was decoded: what the engine does part by part. */
export function writeFrame(writer: Writer, frame: Frame): void {
  switch (frame.type) {
    case CALL:
      return writeCall(writer, frame);
    case RESULT:
      return writeResult(writer, frame.number, frame.value);
    case FAILURE:
      return writeFailure(writer, frame);
    case PART:
      return writePart(writer, frame);
    case CANCEL:
      return writeCancel(writer, frame.number);
    default:
      return writeControl(writer, frame);
  }
}

type MessageFrame = CallFrame | ResultFrame | FailureFrame | PartFrame | CancelFrame;

/** Writes a frame that brings no message. */
function writeControl(writer: Writer, frame: Exclude<Frame, MessageFrame>): void {
  switch (frame.type) {
    case ACK:
      return writeAck(writer, frame.delayMicros, frame.ranges);
    case HELLO:
      return writeHello(writer, frame);
    case PATH_CHALLENGE:
    case PATH_RESPONSE:
      return writePath(writer, frame);
    default: // has no fields
      return writer.uint8(frame.type);
  }
}
