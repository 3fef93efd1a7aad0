import {
  ACK,
  CALL,
  CANCEL,
  CREDIT,
  END,
  FAILURE,
  HELLO,
  ITEM,
  ITEM_PART,
  PART,
  PATH_CHALLENGE,
  PATH_RESPONSE,
  RESULT,
  STOP,
  writeAck,
  writeCall,
  writeCancel,
  writeCredit,
  writeEnd,
  writeFailure,
  writeHello,
  writeItem,
  writeItemPart,
  writePart,
  writePath,
  writeResult,
  writeStop,
  type CallFrame,
  type CancelFrame,
  type FailureFrame,
  type Frame,
  type PartFrame,
  type ResultFrame,
  type StreamFrame,
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
    case ITEM:
    case ITEM_PART:
    case CREDIT:
    case END:
    case STOP:
      return writeStreamFrame(writer, frame);
    default:
      return writeControl(writer, frame);
  }
}

function writeStreamFrame(writer: Writer, frame: StreamFrame): void {
  switch (frame.type) {
    case ITEM:
      return writeItem(writer, frame);
    case ITEM_PART:
      return writeItemPart(writer, frame);
    case CREDIT:
      return writeCredit(writer, frame);
    case END:
      return writeEnd(writer, frame);
    case STOP:
      return writeStop(writer, frame.number);
  }
}

type MessageFrame = CallFrame | ResultFrame | FailureFrame | PartFrame | CancelFrame;

/** Writes a frame that brings no message. */
function writeControl(writer: Writer, frame: Exclude<Frame, MessageFrame | StreamFrame>): void {
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
