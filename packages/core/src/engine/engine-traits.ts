/** What sets a wire apart for the layers above, which name no wire. */
export interface EngineTraits {
  /** Whether a call can carry metadata. */
  readonly carriesMetadata: boolean;
  /** Whether a method is named together with its service, so that two services may have methods of the same name. */
  readonly namesServices: boolean;
  /** Whether it can find out that a peer is there before a call is sent: `waitForReady` and `OutgoingCall.probe`. */
  readonly tellsReadiness: boolean;
  /** Whether whoever calls can be told no. */
  readonly refuses: boolean;
  /** Why two methods cannot both be served, as the end of a sentence that begins with both: `have the same hash`. */
  describeCollision(name: string): string;
}

/** What a wire calls a method. */
export interface WireMethod {
  /** By which an `IncomingRequest` names it. */
  readonly key: string | number;
  /** What the wire writes, where that is not the key itself. */
  readonly bytes: Uint8Array;
}
