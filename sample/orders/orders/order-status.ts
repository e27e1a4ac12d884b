export enum OrderStatus {
  /** The stock is taken, the money is not. */
  Placed = 'placed',
  Paid = 'paid',
  Shipped = 'shipped',
  Cancelled = 'cancelled',
}
