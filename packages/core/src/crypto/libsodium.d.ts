/** The package has no types. These are of what is used, which the C API describes under the same names. */
declare module 'libsodium' {
  interface Libsodium {
    /** Replaced when the memory grows. */
    readonly HEAPU8: Uint8Array;
    _malloc(bytes: number): number;
    _crypto_scalarmult_base(publicKey: number, secretKey: number): number;
    _crypto_aead_chacha20poly1305_ietf_encrypt(
      sealed: number,
      sealedBytes: number,
      text: number,
      textBytes: number,
      textBytesHigh: number,
      header: number,
      headerBytes: number,
      headerBytesHigh: number,
      secretNonce: number,
      nonce: number,
      key: number,
    ): number;
    _crypto_aead_chacha20poly1305_ietf_decrypt(
      text: number,
      textBytes: number,
      secretNonce: number,
      sealed: number,
      sealedBytes: number,
      sealedBytesHigh: number,
      header: number,
      headerBytes: number,
      headerBytesHigh: number,
      nonce: number,
      key: number,
    ): number;
  }
  /** A factory as an ES module; the module itself, which has to become ready, where it is required. */
  const entry: (() => Promise<Libsodium>) | (Libsodium & { readonly ready: Promise<void> });
  export type { Libsodium };
  export default entry;
}
