/** A class that says how data looks. Calls give it as a plain object. */
export class Order {
  article!: string;
  amount!: number;
}

/** A type alone, of which nothing is left at run time. */
export interface Address {
  readonly street: string;
}
