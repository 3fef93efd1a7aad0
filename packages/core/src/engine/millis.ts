/** A moment on the driver's monotonic clock, or a span of it, in milliseconds with fractions. */
export type Millis = number;
