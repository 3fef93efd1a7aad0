/** Some of one thing. */
export interface Item {
  readonly sku: string;
  readonly quantity: number;
}
