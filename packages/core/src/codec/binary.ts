/** Typed arrays, ArrayBuffer and DataView as they travel: a byte that names the class, then the elements, little endian. */

interface BinaryClass {
  readonly name: string;
  readonly elementBytes: number;
  readonly of: ((buffer: ArrayBuffer) => object) | undefined;
}

type View = new (buffer: ArrayBuffer) => object;

/** By the byte that names them. A platform may be too old for the last. */
const CLASSES: readonly BinaryClass[] = [
  { name: 'ArrayBuffer', elementBytes: 1, of: (buffer) => buffer },
  { name: 'DataView', elementBytes: 1, of: (buffer) => new DataView(buffer) },
  view('Int8Array', 1, Int8Array),
  view('Uint8ClampedArray', 1, Uint8ClampedArray),
  view('Int16Array', 2, Int16Array),
  view('Uint16Array', 2, Uint16Array),
  view('Int32Array', 4, Int32Array),
  view('Uint32Array', 4, Uint32Array),
  view('Float32Array', 4, Float32Array),
  view('Float64Array', 8, Float64Array),
  view('BigInt64Array', 8, BigInt64Array),
  view('BigUint64Array', 8, BigUint64Array),
  view('Float16Array', 2, (globalThis as { Float16Array?: View }).Float16Array),
];

function view(name: string, elementBytes: number, constructor: View | undefined): BinaryClass {
  return { name, elementBytes, of: constructor && ((buffer) => new constructor(buffer)) };
}

const HOST_IS_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** The number of a value's class, and its memory in the order of the wire. */
export function binaryParts(value: ArrayBuffer | ArrayBufferView): readonly [number: number, bytes: Uint8Array] {
  const name = ArrayBuffer.isView(value) ? nameOfView(value) : 'ArrayBuffer';
  const number = CLASSES.findIndex((each) => each.name === name);
  const bytes = ArrayBuffer.isView(value)
    ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    : new Uint8Array(value);
  return [number, inWireOrder(bytes, CLASSES[number]!.elementBytes)];
}

/** Why a payload is no value, if it is none. */
export function binaryFault(number: number, bytes: number): string | undefined {
  const known = CLASSES[number];
  if (known === undefined) return `binary data of the unknown class ${number}`;
  if (known.of === undefined) return `a ${known.name}, which this version of JavaScript does not have`;
  if (bytes % known.elementBytes !== 0) return `a ${known.name} of ${bytes} bytes`;
  return undefined;
}

/** The value again, in memory of its own. @param bytes Those that {@link binaryFault} has nothing to say about. */
export function binaryOf(number: number, bytes: Uint8Array): object {
  const { elementBytes, of } = CLASSES[number]!;
  return of!(inWireOrder(new Uint8Array(bytes), elementBytes).buffer as ArrayBuffer);
}

/** Whether the memory of a value has been given away, so that it has no content any more. */
export function isDetached(value: ArrayBuffer | ArrayBufferView): boolean {
  if (value.byteLength > 0) return false;
  try {
    new Uint8Array(ArrayBuffer.isView(value) ? value.buffer : value);
    return false;
  } catch {
    return true;
  }
}

/** Turns each element around, in a copy. */
export function swapped(bytes: Uint8Array, elementBytes: number): Uint8Array {
  const turned = new Uint8Array(bytes.length);
  for (let at = 0; at < bytes.length; at += 1) {
    const inElement = at % elementBytes;
    turned[at - inElement + elementBytes - 1 - inElement] = bytes[at]!;
  }
  return turned;
}

function inWireOrder(bytes: Uint8Array, elementBytes: number): Uint8Array {
  return HOST_IS_LITTLE_ENDIAN ? bytes : swapped(bytes, elementBytes);
}

/** What the value itself says of its class, whatever its prototype says. */
function nameOfView(value: ArrayBufferView): string {
  return (TYPED_ARRAY_NAME.call(value) as string | undefined) ?? 'DataView';
}

const TYPED_ARRAY_NAME = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype) as object,
  Symbol.toStringTag,
)!.get!;
