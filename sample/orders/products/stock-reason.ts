export enum StockReason {
  Initial = 'initial',
  Restocked = 'restocked',
  Sold = 'sold',
  Returned = 'returned',
}
