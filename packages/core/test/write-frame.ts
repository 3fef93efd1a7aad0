import {
  ACK,
  CALL,
  CANCEL,
  CLOSE,
  FAILURE,
  HELLO,
  LATER,
  PART,
  PATH_CHALLENGE,
  PATH_RESPONSE,
  PING,
  RESULT,
  writeAck,
  writeCall,
  writeCancel,
  writeFailure,
  writeHello,
  writePart,
  writePath,
  writeResult,
  type Frame,
} from '../src/wire/native/frames';
import type { Writer } from '../src/wire/native/writer';

/** Writes any frame back as it was decoded: what the engine does part by part. */
export function writeFrame(writer: Writer, frame: Frame): void {
  switch (frame.type) {
    case ACK:
      return writeAck(writer, frame.delayMicros, frame.ranges);
    case HELLO:
      return writeHello(writer, frame);
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
    case PATH_CHALLENGE:
    case PATH_RESPONSE:
      return writePath(writer, frame);
    case PING:
    case CLOSE:
    case LATER:
      return writer.uint8(frame.type);
  }
}
